import type { Page } from '../store/paging.ts';

/** Rows of one read: few enough for memory, many enough to be fast. */
export const ROWS_PER_READ = 1000;

/** A spreadsheet runs a cell that begins with one of these as a formula; some read the wide forms of East Asian fonts alike. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;

export type Cell = string | number | boolean | null;

/** One line of CSV (RFC 4180). A cell that a spreadsheet would execute begins with an apostrophe, which it shows as text. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const safe = typeof cell === 'string' && FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export interface CsvFile<Row, Item, Column extends string> {
  readonly columns: readonly Column[];
  /** One page of the list after the other. */
  readonly read: (pageToken: string) => Promise<Page<Row>>;
  readonly show: (rows: readonly Row[]) => Promise<readonly Item[]>;
  readonly cells: Readonly<Record<Column, (item: Item) => Cell>>;
  readonly signal: AbortSignal;
}

/** Everything that a list finds, read as it is sent. What is wrong with the request is told before the first line. */
export async function csvFile<Row, Item, Column extends string>(
  file: CsvFile<Row, Item, Column>,
): Promise<ReadableStream> {
  const first = await file.read('');
  return ReadableStream.from(lines(file, first));
}

async function* lines<Row, Item, Column extends string>(
  { columns, read, show, cells, signal }: CsvFile<Row, Item, Column>,
  first: Page<Row>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvLine(columns));
  for (let page = first; ; page = await read(page.nextPageToken)) {
    const items = await show(page.rows);
    yield encoder.encode(items.map((item) => csvLine(columns.map((column) => cells[column](item)))).join(''));
    if (page.nextPageToken === '') return;
    signal.throwIfAborted();
  }
}

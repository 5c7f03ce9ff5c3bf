import type { Paint } from './color.ts';
import { ConsoleTable } from './console-table.ts';
import { csvLine } from './csv.ts';
import type { Format } from './format.ts';
import type { Column, List } from './list.ts';

/** What is printed of a row: cells for tables, one line of JSON otherwise. */
export type Rendered = string | readonly string[];

/** Puts rendered rows into one output format. Texts are pieces: they are written one after the other. */
export interface RowWriter {
  row(rendered: Rendered): string;
  end(): string;
}

/** Another look than a table, for the console. */
export interface ConsoleLayout<Row> {
  render(row: Row): readonly string[];
  readonly writer: RowWriter;
}

/** How one row looks in this format. */
export function renderer<Row>(
  format: Format,
  list: List<Row>,
  columns: readonly Column<Row>[],
): (row: Row) => Rendered {
  if (format === 'json' || format === 'jsonl') return (row) => list.json(row);
  if (format === 'csv') return (row) => columns.map((column) => column.cell(row));
  return (row) => columns.map((column) => column.cell(row) || (column.placeholder ?? ''));
}

export function rowWriter(
  format: Format,
  shape: {
    readonly titles: readonly string[];
    readonly jsonRoot: string;
    readonly jsonHead: readonly string[];
    readonly head: Paint;
    readonly isTerminal: boolean;
  },
): RowWriter {
  switch (format) {
    case 'json':
      return jsonDocument(shape.jsonRoot, shape.jsonHead);
    case 'jsonl':
      return { row: (rendered) => `${String(rendered)}\n`, end: () => '' };
    case 'csv': {
      let head = csvLine(shape.titles);
      return {
        row: (rendered) => {
          const text = head + csvLine(cells(rendered));
          head = '';
          return text;
        },
        end: () => head,
      };
    }
    case 'console': {
      const table = new ConsoleTable(shape.titles, shape.head, shape.isTerminal);
      return { row: (rendered) => table.row(cells(rendered)), end: () => table.end() };
    }
  }
}

/** One compact document without a newline at its end; `{}` when there is nothing in it (`cli.md §C.1`). */
function jsonDocument(root: string, head: readonly string[]): RowWriter {
  let rows = 0;
  const start = `{${head.map((field) => `${field},`).join('')}"${root}":[`;
  return {
    row: (rendered) => {
      rows += 1;
      return (rows === 1 ? start : ',') + String(rendered);
    },
    end: () => (rows === 0 ? `{${head.join(',')}}` : ']}'),
  };
}

function cells(rendered: Rendered): readonly string[] {
  return typeof rendered === 'string' ? [rendered] : rendered;
}

import { setImmediate } from 'node:timers/promises';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import writeExcelFile from 'write-excel-file/node';
import type { CommandContext } from '../commands/command.ts';
import { ReplacedFile } from '../file/new-file.ts';
import { openFile, requireSync } from '../file/open-file.ts';
import { Joins } from '../lists/joins.ts';
import { exportColumns, exportRows } from './export-rows.ts';

/**
 * A sheet takes 1,048,576 rows, the library builds it in memory: 300,000 rows took 0.9 GB and 15 s, and twice as many would
 * be more than one string can hold.
 */
const MAX_ROWS = 300_000;
/** Excel takes no longer text in a cell. */
const MAX_CELL_CHARACTERS = 32_767;
const ROWS_PER_TURN = 5000;

type Cells = readonly (string | null)[];

export async function exportXlsx(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  using output = new ReplacedFile(flags.string('out'));
  await using file = await openFile(context);
  const sync = requireSync(file, flags);
  const joins = new Joins(sync);
  const rows: (string | null)[][] = [[...exportColumns]];
  const piece = (cells: readonly string[]): Cells => cells.map(sheetCell);
  for (const row of exportRows(sync, joins, piece)) {
    if (rows.length > MAX_ROWS) throw tooManyRows(file.name);
    rows.push(row.flat());
    if (rows.length % ROWS_PER_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
  // A cell of text is never run as a formula: Excel keeps the two apart.
  output.writeBytes(await writeExcelFile(rows, { sheet: 'Sheet1' }).toBuffer());
  output.keep();
  joins.tellMissing();
}

/** An empty cell is none; characters that XML cannot hold are shown as replaced. */
function sheetCell(text: string): string | null {
  if (text === '') return null;
  if (text.length > MAX_CELL_CHARACTERS) {
    throw new BatonError(
      Code.ResourceExhausted,
      `a text of ${text.length} characters does not fit into a cell of a spreadsheet, which takes ${MAX_CELL_CHARACTERS}. Use "baton export csv"`,
    );
  }
  return text.toWellFormed().replaceAll(/[^\t\n\r\P{Cc}]|[\uFFFE\uFFFF]/gu, '\uFFFD');
}

function tooManyRows(name: string): BatonError {
  return new BatonError(
    Code.ResourceExhausted,
    `${name} gives more than ${MAX_ROWS} rows, the limit of a spreadsheet file here. Use "baton export csv", which has none`,
  );
}

import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from '../commands/command.ts';
import { ReplacedFile } from '../file/new-file.ts';
import { openFile, requireSync } from '../file/open-file.ts';
import { Joins } from '../lists/joins.ts';
import { csvLine } from '../output/csv.ts';
import { exportColumns, exportRows } from './export-rows.ts';

/** After so many rows the event loop gets a turn, so that Ctrl-C is heard. */
const ROWS_PER_TURN = 5000;

export async function exportCsv(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  using output = new ReplacedFile(flags.string('out'));
  await using file = await openFile(context);
  const sync = requireSync(file, flags);
  const joins = new Joins(sync);
  output.write(csvLine(exportColumns));
  let rows = 0;
  for (const [type, person, entitlement] of exportRows(sync, joins, (cells) => csvLine(cells).slice(0, -1))) {
    output.write(`${type},${person},${entitlement}\n`);
    rows += 1;
    if (rows % ROWS_PER_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
  output.keep();
  joins.tellMissing();
}

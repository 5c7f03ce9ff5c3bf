import type { SyncReader } from '@baton-ts/c1z';
import type { CommandContext } from '../commands/command.ts';
import { openFile, pickSync } from '../file/open-file.ts';
import type { List } from '../output/list.ts';
import { type Look, listPrinter } from '../output/print-list.ts';
import { Joins } from './joins.ts';

/** Prints rows of the sync that is asked for: none when the file has no such sync, which is said on stderr. */
export async function printSync<Row>(
  context: CommandContext,
  list: List<Row>,
  rowsOf: (sync: SyncReader, joins: Joins) => Iterable<Row>,
  lookOf: (sync: SyncReader) => Look<Row> = () => ({}),
): Promise<undefined> {
  const printer = await listPrinter(context, list);
  await using file = await openFile(context);
  const sync = pickSync(file, context.flags);
  if (sync === undefined) {
    await printer.print([]);
    return;
  }
  const joins = new Joins(sync);
  await printer.print(rowsOf(sync, joins), lookOf(sync));
  joins.tellMissing();
}

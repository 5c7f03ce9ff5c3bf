import type { CommandContext } from '../commands/command.ts';
import { openFile, pickSync } from '../file/open-file.ts';
import { listPrinter } from '../output/print-list.ts';
import { principalFilter } from './grant-filter.ts';
import { unknownEntitlementHint, unknownResourceHint } from './hints.ts';
import { Joins } from './joins.ts';
import { resourceList, resourceRow } from './resources.ts';

export async function listPrincipals(context: CommandContext): Promise<undefined> {
  const filter = principalFilter(context.flags);
  const printer = await listPrinter(context, resourceList);
  await using file = await openFile(context);
  const sync = pickSync(file, context.flags);
  if (sync === undefined) return void (await printer.print([]));
  unknownResourceHint(sync, filter.resource);
  unknownEntitlementHint(sync, filter.entitlementId);
  const joins = new Joins(sync);
  await printer.print(sync.principals(filter).map((ref) => resourceRow(joins.resource(ref), joins)));
  joins.tellMissing();
}

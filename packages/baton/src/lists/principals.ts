import type { CommandContext } from '../commands/command.ts';
import { principalFilter } from './grant-filter.ts';
import { hintAtUnknown } from './hints.ts';
import { printSync } from './print-sync.ts';
import { resourceList, resourceRow } from './resources.ts';

export async function listPrincipals(context: CommandContext): Promise<undefined> {
  const filter = principalFilter(context.flags);
  return printSync(context, resourceList, (sync, joins) => {
    hintAtUnknown(sync, filter);
    return sync.principals(filter).map((ref) => resourceRow(joins.resource(ref), joins));
  });
}

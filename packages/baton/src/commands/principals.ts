import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { entitlementFlag, resourceFlag, resourceTypeFlag } from './filter-flags.ts';

export const principalsCommand: Command = {
  name: 'principals',
  summary: 'List who holds anything',
  usage: 'principals [-e ENTITLEMENT | -t TYPE -r RESOURCE] [flags]',
  details: 'Lists each principal of the matching grants once, in the order of its first grant.',
  flags: [entitlementFlag, resourceFlag, resourceTypeFlag, ...rowFlags],
  run: async (context) => (await import('../lists/principals.ts')).listPrincipals(context),
};

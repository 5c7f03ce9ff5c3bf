import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { entitlementFlag, principalFlag, resourceFlag, resourceTypeFlag } from './filter-flags.ts';

export const grantsCommand: Command = {
  name: 'grants',
  summary: 'List who holds what',
  usage: 'grants [-e ENTITLEMENT | -t TYPE [-r RESOURCE]] [--principal TYPE/ID] [flags]',
  details:
    'Lists grants: who holds which entitlement of which resource.\n\n' +
    '-t and -r mean the resource of the entitlement; --principal means who holds it.',
  flags: [entitlementFlag, principalFlag, resourceFlag, resourceTypeFlag, ...rowFlags],
  run: async (context) => (await import('../lists/grants.ts')).listGrants(context),
};

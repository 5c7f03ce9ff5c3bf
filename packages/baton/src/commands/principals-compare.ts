import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { entitlementFlag } from './filter-flags.ts';

export const principalsCompareCommand: Command = {
  name: 'principals compare',
  summary: 'Compare who holds one entitlement with who holds another',
  usage: 'principals compare -e ENTITLEMENT [--compare-file FILE] [--compare-entitlement ENTITLEMENT] [flags]',
  details:
    'Compares the principals of an entitlement of the file with those of an entitlement of another file. Two are the same\n' +
    'when type and id agree, when both are users and share an e-mail address, or when their names agree.\n' +
    'Missing ones are in the file that -f names and not in the other; extra ones the other way round.',
  flags: [
    entitlementFlag,
    {
      name: 'compare-file',
      kind: 'string',
      default: 'sync.c1z',
      group: 'Which',
      description: 'The .c1z file to compare with',
    },
    {
      name: 'compare-entitlement',
      kind: 'string',
      group: 'Which',
      description: 'The id of the entitlement in that file; otherwise the same as -e',
    },
    ...rowFlags,
  ],
  run: async (context) => (await import('../compare/compare-principals.ts')).comparePrincipals(context),
};

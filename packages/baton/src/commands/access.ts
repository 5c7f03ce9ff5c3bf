import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { resourceFlag, resourceTypeFlag } from './filter-flags.ts';

export const accessCommand: Command = {
  name: 'access',
  summary: 'Show what one principal holds',
  usage: 'access -t TYPE -r ID [flags]',
  details: 'Shows everything that a principal holds, by resource. -t and -r name the principal.',
  flags: [resourceFlag, resourceTypeFlag, ...rowFlags],
  run: async (context) => (await import('../lists/access.ts')).showAccess(context),
};

import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';

export const diffCommand: Command = {
  name: 'diff',
  summary: 'Show what changed between two syncs: who gained and lost what',
  usage: 'diff [--base SYNC] [--applied SYNC] [--base-file FILE] [flags]',
  details:
    'Compares two complete syncs: by default the newest of the file with the one before it. --base-file takes the earlier one\n' +
    'from another file. A row is modified when a byte of what is stored of it differs.',
  flags: [
    {
      name: 'base',
      kind: 'string',
      group: 'Syncs',
      description: 'The earlier sync; otherwise the one before the newest',
    },
    {
      name: 'applied',
      kind: 'string',
      group: 'Syncs',
      description: 'The later sync; otherwise the newest, or --sync-id',
    },
    { name: 'base-file', kind: 'string', group: 'Syncs', description: 'The .c1z file that holds the earlier sync' },
    ...rowFlags,
  ],
  run: async (context) => (await import('../diff/show-diff.ts')).showDiff(context),
};

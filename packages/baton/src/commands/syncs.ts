import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';

export const syncsCommand: Command = {
  name: 'syncs',
  summary: 'List the syncs in the file',
  usage: 'syncs [flags]',
  details: 'Lists all syncs in the file, unfinished ones too. Any of them can be read with --sync-id.',
  flags: [...rowFlags],
  run: async (context) => (await import('../lists/syncs.ts')).listSyncs(context),
};

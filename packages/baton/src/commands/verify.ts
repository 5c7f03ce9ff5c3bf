import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Check the file for everything its format demands',
  usage: 'verify [flags]',
  details:
    'Checks a .c1z of any connector: packing, schema, ids, columns that repeat the data, references, duplicates,\n' +
    'invariants. Every row of every sync is read, and every violation is named with its row. Exit code 1 when there is an\n' +
    'error; warnings are what older writers do and readers cope with.',
  flags: [...rowFlags],
  run: async (context) => (await import('../lists/verify.ts')).verifyFile(context),
};

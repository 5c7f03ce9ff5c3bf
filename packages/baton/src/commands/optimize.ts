import type { Command } from './command.ts';

export const optimizeCommand: Command = {
  name: 'optimize',
  hidden: true,
  summary: 'Rewrite the file without free pages and with all indexes',
  usage: 'optimize [flags]',
  details: 'Vacuums the database in the file. Nobody else can write the file meanwhile.',
  flags: [],
  run: async (context) => (await import('../maintenance/optimize.ts')).optimize(context),
};

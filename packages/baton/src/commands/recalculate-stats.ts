import type { Command } from './command.ts';

export const recalculateStatsCommand: Command = {
  name: 'recalculate-stats',
  summary: 'Count the rows of each sync anew and store the counts in the file',
  usage: 'recalculate-stats [--sync-id SYNC] [flags]',
  details:
    'Counts what every finished sync of the file holds, or the one that --sync-id names, and rewrites the file with these\n' +
    'counts. Nobody else can write the file meanwhile, and it stays as it was when anything fails.',
  flags: [],
  run: async (context) => (await import('../maintenance/recalculate-stats.ts')).recalculateStats(context),
};

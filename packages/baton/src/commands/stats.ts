import type { Command } from './command.ts';

export const statsCommand: Command = {
  name: 'stats',
  summary: 'Count what a sync holds',
  usage: 'stats [flags]',
  details: 'Shows one sync and how many resources, entitlements and grants it holds, by resource type.',
  flags: [],
  run: async (context) => (await import('../lists/stats.ts')).showStats(context),
};

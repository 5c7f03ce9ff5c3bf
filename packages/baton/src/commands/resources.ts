import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { resourceTypeFlag } from './filter-flags.ts';

export const resourcesCommand: Command = {
  name: 'resources',
  summary: 'List the resources',
  usage: 'resources [-t TYPE] [flags]',
  details: 'Lists resources with their type and parent, all or those of one type.',
  flags: [resourceTypeFlag, ...rowFlags],
  run: async (context) => (await import('../lists/resources.ts')).listResources(context),
};

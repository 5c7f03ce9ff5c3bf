import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';

export const resourceTypesCommand: Command = {
  name: 'resource-types',
  summary: 'List the resource types',
  usage: 'resource-types [flags]',
  details: 'Lists the types of things that the connector knows: id, name, traits.',
  flags: [...rowFlags],
  run: async (context) => (await import('../lists/resource-types.ts')).listResourceTypes(context),
};

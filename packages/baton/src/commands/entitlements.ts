import { rowFlags } from '../output/row-flags.ts';
import type { Command } from './command.ts';
import { resourceTypeFlag } from './filter-flags.ts';

export const entitlementsCommand: Command = {
  name: 'entitlements',
  summary: 'List what can be held',
  usage: 'entitlements [-t TYPE] [flags]',
  details: 'Lists entitlements with their resource, all or those of one resource type.',
  flags: [resourceTypeFlag, ...rowFlags],
  run: async (context) => (await import('../lists/entitlements.ts')).listEntitlements(context),
};

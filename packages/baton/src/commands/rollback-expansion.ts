import type { Command } from './command.ts';

export const rollbackExpansionCommand: Command = {
  name: 'rollback-expansion',
  summary: 'Write a copy without the grants that grant expansion added',
  usage: 'rollback-expansion --out FILE [--sync-id SYNC] [--dry-run] [flags]',
  details:
    'Removes the grants of one sync that people hold only through a group or a role, and the sources that expansion added to\n' +
    'others, in a copy of the file. --replay expands the grants again, for example after a fault in expansion was mended.\n' +
    'Prints one line.',
  flags: [
    {
      name: 'out',
      kind: 'string',
      default: '',
      group: 'Output',
      description: 'The file to write, which must not exist',
    },
    { name: 'dry-run', kind: 'bool', group: 'Rollback', description: 'Count, and write nothing' },
    {
      name: 'preserve-suspect-grants',
      kind: 'bool',
      group: 'Rollback',
      description: 'Keep inherited grants that do not look as if expansion had made them',
    },
    { name: 'replay', kind: 'bool', group: 'Rollback', description: 'Expand again afterwards' },
    { name: 'validate', kind: 'bool', group: 'Rollback', description: 'Compare what --replay gives with the file' },
  ],
  run: async (context) => (await import('../rollback/rollback-file.ts')).rollbackFile(context),
};

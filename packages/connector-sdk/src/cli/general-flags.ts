import type { FlagSpec } from '@baton-ts/command-line';

/** Flags that are no settings: they come from the command line only. */
export const generalFlags: readonly FlagSpec[] = [
  { name: 'help', short: 'h', kind: 'bool', group: 'General', description: 'Explain the program or the command' },
  { name: 'version', short: 'v', kind: 'bool', group: 'General', description: 'Print the version' },
  {
    name: 'no-descriptions',
    kind: 'bool',
    group: 'General',
    hidden: true,
    description: 'Completion without descriptions',
  },
  {
    name: 'endpoint',
    kind: 'string',
    group: 'General',
    hidden: true,
    description: 'What health-check asks: health, ready or live',
  },
  { name: 'timeout', kind: 'int', group: 'General', hidden: true, description: 'How many seconds health-check waits' },
];

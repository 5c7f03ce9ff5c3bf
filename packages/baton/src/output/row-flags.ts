import type { FlagSpec } from '@baton-ts/command-line';

/** Flags of every command that prints a list. */
export const rowFlags: readonly FlagSpec[] = [
  {
    name: 'columns',
    kind: 'strings',
    group: 'Rows',
    description: 'The columns to show, in this order, for console and csv',
  },
  {
    name: 'filter',
    kind: 'string',
    group: 'Rows',
    description: 'Only rows for which this CEL expression is true',
  },
  { name: 'limit', kind: 'int', group: 'Rows', description: 'At most this many rows' },
  {
    name: 'sort',
    kind: 'strings',
    group: 'Rows',
    description: 'The columns to sort by; -NAME sorts downwards. Otherwise in stored order',
  },
];

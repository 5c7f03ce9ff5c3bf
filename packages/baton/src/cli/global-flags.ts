import type { FlagSpec } from '@baton-ts/command-line';

export const outputFormats = ['console', 'json', 'jsonl', 'csv'] as const;
export const colorChoices = ['auto', 'always', 'never'] as const;

/** Flags that every command takes, before or after its name (`cli.md §C.1`). */
export const globalFlags: readonly FlagSpec[] = [
  {
    name: 'file',
    short: 'f',
    kind: 'string',
    default: 'sync.c1z',
    group: 'Global',
    description: 'The .c1z file to read; - reads standard input',
  },
  {
    name: 'output-format',
    short: 'o',
    kind: 'string',
    default: 'console',
    oneOf: outputFormats,
    group: 'Global',
    description: 'console, json, jsonl (one JSON object a line) or csv',
  },
  {
    name: 'sync-id',
    kind: 'string',
    group: 'Global',
    description: 'The sync to read; otherwise the latest complete one. "baton syncs" lists them',
  },
  {
    name: 'color',
    kind: 'string',
    default: 'auto',
    oneOf: colorChoices,
    group: 'Global',
    description: 'auto (on a terminal, unless NO_COLOR is set), always or never',
  },
  { name: 'help', short: 'h', kind: 'bool', group: 'Global', description: 'Explain the program or the command' },
  { name: 'version', short: 'v', kind: 'bool', group: 'Global', description: 'Print the version' },
];

/** The form of `--version`, by the name that this flag has in connectors. */
export const versionOutput: FlagSpec = {
  name: 'output',
  kind: 'string',
  group: 'Global',
  hidden: true,
  oneOf: ['json'],
  description: 'With --version: json',
};

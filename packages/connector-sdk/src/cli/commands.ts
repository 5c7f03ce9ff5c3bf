import { type CommandSpec, completionCommand, helpCommand } from '@baton-ts/command-line';

export const commands: readonly CommandSpec[] = [
  {
    name: 'capabilities',
    summary: 'Print what the connector can do, as JSON',
    usage: 'capabilities',
    details: 'Prints the resource types and what can be done with each, as JSON. Needs no credentials.',
  },
  {
    name: 'config',
    summary: 'Print the settings the connector takes, as JSON',
    usage: 'config',
    details: 'Prints the schema of the settings, as JSON: what a settings page shows. Needs no credentials.',
  },
  completionCommand,
  helpCommand,
];

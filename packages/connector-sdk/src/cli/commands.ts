import { type CommandSpec, completionCommand, helpCommand } from '@baton-ts/command-line';
import { windowsCommands } from './windows-commands.ts';

/** Those that every system has. */
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
  {
    name: 'health-check',
    summary: 'Ask a running service whether it is well',
    usage: 'health-check [--endpoint health|ready|live] [--timeout SECONDS]',
    details:
      'Asks the service on this machine that runs with --health-check, at --health-check-port and\n' +
      '--health-check-bind-address. Says nothing and exits with 0 when it is well.\n\n' +
      '  --endpoint   health (default): its settings still work; ready: it can take tasks; live: it answers\n' +
      '  --timeout    seconds to wait; default 5',
  },
  completionCommand,
  helpCommand,
];

/** Those that this machine has. */
export const commandsHere: readonly CommandSpec[] =
  process.platform === 'win32' ? [...commands, ...windowsCommands] : commands;

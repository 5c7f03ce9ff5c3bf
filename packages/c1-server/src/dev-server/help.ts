import { flagSections } from '@baton-ts/command-line';
import { commands, type DevCommand, globalFlags, serverFlags } from './commands.ts';

const NAME = 'baton-dev-server';

/** What `baton-dev-server --help` prints. */
export function rootHelp(): string {
  return [
    'A stand-in for C1 on this machine: see a connector in service mode, without an account.',
    '',
    'Usage:',
    `  ${NAME} [flags]             start the server; it prints what the connector needs to know`,
    `  ${NAME} [command] [flags]   ask the running server for something; the same commands work at its prompt`,
    '',
    'Examples:',
    `  ${NAME}                                  # in one terminal; start the connector as it says in another`,
    `  ${NAME} sync                             # in a third`,
    `  ${NAME} grant group:42:member user 7`,
    '',
    'Commands:',
    ...commandLines(),
    '',
    ...flagSections([...serverFlags, ...globalFlags], false),
    `Use "${NAME} help [command]" for more about a command.`,
    '',
  ].join('\n');
}

export function commandHelp(command: DevCommand): string {
  return [
    command.details,
    '',
    'Usage:',
    `  ${NAME} ${command.usage}`,
    '',
    ...flagSections([...command.flags, ...globalFlags], false),
  ].join('\n');
}

/** What `help` shows at the prompt. */
export const commandLines = (): string[] => commands.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`);

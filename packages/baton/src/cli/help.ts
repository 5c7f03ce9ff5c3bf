import { flagSections } from '@baton-ts/command-line';
import type { Command } from '../commands/command.ts';
import { globalFlags } from './global-flags.ts';

export const summary = 'Read, compare, check and export .c1z files, which Baton connectors write.';

/** What `baton --help` prints. */
export function rootHelp(commands: readonly Command[]): string {
  const shown = commands.filter((command) => command.hidden !== true);
  const width = Math.max(...shown.map((command) => command.name.length)) + 3;
  return [
    summary,
    '',
    'Usage:',
    '  baton [command] [flags]',
    '',
    'Examples:',
    '  baton resources                          # what is in ./sync.c1z',
    '  baton grants --principal user/ann        # what one person holds',
    '  baton grants -o json | jq .              # for scripts',
    '  baton stats -f /data/acme.c1z            # another file',
    '',
    'Commands:',
    ...shown.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    ...flagSections(globalFlags, false),
    'Use "baton help [command]" for more about a command.',
    '',
  ].join('\n');
}

/** What `baton help COMMAND` prints. */
export function commandHelp(command: Command): string {
  return [
    command.details,
    '',
    'Usage:',
    `  baton ${command.usage}`,
    '',
    ...flagSections([...command.flags, ...globalFlags], false),
  ].join('\n');
}

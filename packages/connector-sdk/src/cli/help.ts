import { envName, type FlagSpec, flagSections } from '@baton-ts/command-line';
import type { ConnectorOutline } from '../run-connector.ts';
import { commandsHere } from './commands.ts';

/** What `NAME --help` prints. */
export function rootHelp(outline: ConnectorOutline, specs: readonly FlagSpec[]): string {
  const { name } = outline;
  return [
    outline.description,
    '',
    'Usage:',
    `  ${name} [flags]            sync into a .c1z file, or make the one change that a flag names`,
    `  ${name} [command] [flags]`,
    '',
    'Examples:',
    ...examples(outline, specs),
    '',
    'Commands:',
    ...commandsHere.map((command) => `  ${command.name.padEnd(14)}${command.summary}`),
    '',
    ...flagSections(specs, true),
    'Settings come from flags, then BATON_* variables, then the config file (.baton.yaml here, or the file that',
    'BATON_CONFIG_PATH names; its keys are the flag names), then defaults. A list replaces, it is never merged.',
    '',
    `Use "${name} help [command]" for more about a command.`,
    '',
  ].join('\n');
}

/** What `NAME help COMMAND` prints; undefined when there is no such command. */
export function commandHelp(outline: ConnectorOutline, commandName: string): string | undefined {
  const command = commandsHere.find((one) => one.name === commandName);
  if (command === undefined) return undefined;
  return [command.details, '', 'Usage:', `  ${outline.name} ${command.usage}`, ''].join('\n');
}

function examples({ name, examples: own = [] }: ConnectorOutline, specs: readonly FlagSpec[]): string[] {
  const required = specs.filter((spec) => spec.required);
  const settings = required.map((spec) => `${envName(spec.name)}=… `).join('');
  return [
    `  ${settings}${name}                    # sync into ./sync.c1z`,
    `  ${settings}${name} -f /data/acme.c1z  # into another file`,
    `  ${settings}${name} --dry-run          # check the settings, write nothing`,
    ...own.flatMap(({ flags, does }) => [
      `  # ${does}; with --dry-run: see what would be sent`,
      `  ${settings}${name} \\`,
      `    ${flags}`,
    ]),
    `  source <(${name} completion bash)     # complete flags with the Tab key`,
  ];
}

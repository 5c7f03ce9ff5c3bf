import type { ConnectorOutline } from '../run-connector.ts';
import { commands } from './commands.ts';
import { defaultOf, envName, type FlagSpec } from './flag-spec.ts';

/** What `NAME --help` prints. */
export function rootHelp(outline: ConnectorOutline, specs: readonly FlagSpec[]): string {
  const { name } = outline;
  return [
    outline.description,
    '',
    'Usage:',
    `  ${name} [flags]            sync into a .c1z file`,
    `  ${name} [command] [flags]`,
    '',
    'Examples:',
    ...examples(name, specs),
    '',
    'Commands:',
    ...commands.map((command) => `  ${command.name.padEnd(14)}${command.summary}`),
    '',
    ...flagSections(specs),
    'Settings come from flags, then BATON_* variables, then the config file (.baton.yaml here, or the file that',
    'BATON_CONFIG_PATH names; its keys are the flag names), then defaults. A list replaces, it is never merged.',
    '',
    `Use "${name} help [command]" for more about a command.`,
    '',
  ].join('\n');
}

/** What `NAME help COMMAND` prints; undefined when there is no such command. */
export function commandHelp(outline: ConnectorOutline, commandName: string): string | undefined {
  const command = commands.find((one) => one.name === commandName);
  if (command === undefined) return undefined;
  return [command.details, '', 'Usage:', `  ${outline.name} ${command.usage}`, ''].join('\n');
}

function examples(name: string, specs: readonly FlagSpec[]): string[] {
  const required = specs.filter((spec) => spec.required);
  const settings = required.map((spec) => `${envName(spec.name)}=… `).join('');
  return [
    `  ${settings}${name}                    # sync into ./sync.c1z`,
    `  ${settings}${name} -f /data/acme.c1z  # into another file`,
    `  ${settings}${name} --dry-run          # check the settings, write nothing`,
    `  source <(${name} completion bash)     # complete flags with the Tab key`,
  ];
}

function flagSections(specs: readonly FlagSpec[]): string[] {
  const shown = specs.filter((spec) => spec.hidden !== true);
  const width = Math.max(...shown.map((spec) => flagText(spec).length)) + 3;
  const groups = [...new Set(shown.map((spec) => spec.group))];
  return groups.flatMap((group) => [
    `${group}:`,
    ...shown
      .filter((spec) => spec.group === group)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((spec) => `  ${flagText(spec).padEnd(width)}${describe(spec)}`),
    '',
  ]);
}

function flagText(spec: FlagSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  return `${short}--${spec.name}${spec.kind === 'bool' ? '' : ` ${spec.kind}`}`;
}

function describe(spec: FlagSpec): string {
  const value = defaultOf(spec);
  const shown = typeof value === 'string' ? `"${value}"` : String(value);
  const ending = value === '' || value === false || value === 0 || shown === '' ? '' : ` (default ${shown})`;
  const env = spec.name === 'help' || spec.name === 'version' ? '' : ` ($${envName(spec.name)})`;
  return `${spec.required === true ? 'required: ' : ''}${spec.description}${env}${ending}`;
}

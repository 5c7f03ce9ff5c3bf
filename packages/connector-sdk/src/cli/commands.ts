/** A word after the program's name, as help and completion show it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly details: string;
}

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

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
    name: 'completion',
    summary: 'Print a completion script for a shell',
    usage: `completion ${shells.join('|')} [--no-descriptions]`,
    details:
      'Prints a script that completes flags and commands with the Tab key.\n\n' +
      '  bash         source <(NAME completion bash)\n' +
      '  zsh          NAME completion zsh > "${fpath[1]}/_NAME"\n' +
      '  fish         NAME completion fish > ~/.config/fish/completions/NAME.fish\n' +
      '  powershell   NAME completion powershell | Out-String | Invoke-Expression',
  },
  {
    name: 'help',
    summary: 'Explain the program or one command',
    usage: 'help [command]',
    details: 'Explains the program, or the command that is named.',
  },
];

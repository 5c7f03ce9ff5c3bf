import type { FlagSpec } from './flag-spec.ts';

/** A word after the program's name, as help and completion show it. */
export interface CommandSpec {
  readonly name: string;
  /** Works, but is not listed. */
  readonly hidden?: boolean;
  readonly summary: string;
  readonly usage: string;
  readonly details: string;
}

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** The command that prints a completion script, the same in every program. */
export const completionCommand: CommandSpec = {
  name: 'completion',
  summary: 'Print a completion script for a shell',
  usage: `completion ${shells.join('|')} [--no-descriptions]`,
  details:
    'Prints a script that completes flags and commands with the Tab key.\n\n' +
    '  bash         source <(NAME completion bash)\n' +
    '  zsh          NAME completion zsh > "${fpath[1]}/_NAME"\n' +
    '  fish         NAME completion fish > ~/.config/fish/completions/NAME.fish\n' +
    '  powershell   NAME completion powershell | Out-String | Invoke-Expression',
};

export const helpCommand: CommandSpec = {
  name: 'help',
  summary: 'Explain the program or one command',
  usage: 'help [command]',
  details: 'Explains the program, or the command that is named.',
};

/** All that a program's help knows, for man pages and completion scripts. */
export interface ProgramDescription {
  readonly name: string;
  readonly summary: string;
  /** Its flags without a command, and those that every command has. */
  readonly flags: readonly FlagSpec[];
  /** With the flags that only they have. */
  readonly commands: readonly (CommandSpec & { readonly flags?: readonly FlagSpec[] })[];
  /** The environment variables that a flag can come from. */
  readonly variablesOf: (flag: FlagSpec) => readonly string[];
}

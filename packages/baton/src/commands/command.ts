import type { CommandSpec, FlagSpec } from '@baton-ts/command-line';
import type { Flags } from '../cli/flags.ts';

/** What a command gets to work with. */
export interface CommandContext {
  /** Its own flags and the global ones, with their defaults. */
  readonly flags: Flags;
  /** The words after the command's name. Empty unless the command takes words. */
  readonly words: readonly string[];
  /** All commands of the program. */
  readonly commands: readonly Command[];
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command tells the shell when nothing failed: 0, or 1 when it was asked to find something and found it. */
export type ExitCode = 0 | 1;

/**
 * One command of `baton`. Its file in `commands/` holds the words a person sees and imports nothing heavy: `run` loads
 * what does the work.
 */
export interface Command extends CommandSpec {
  /** Beside the global flags. A flag that several commands have is the same `FlagSpec` in all but its default. */
  readonly flags: readonly FlagSpec[];
  /** Default: further words are refused. */
  readonly takesWords?: boolean;
  /** Returns nothing for exit code 0. */
  run(context: CommandContext): Promise<ExitCode | undefined>;
}

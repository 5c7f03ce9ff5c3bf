import { closest, type FlagSpec, parseArguments } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Command } from '../commands/command.ts';
import { Flags } from './flags.ts';
import { globalFlags, versionOutput } from './global-flags.ts';

/** What an argument list asks for. */
export interface Invocation {
  /** Undefined when no command was named. */
  readonly command: Command | undefined;
  readonly flags: Flags;
  /** The words after the command's name. */
  readonly words: readonly string[];
}

/**
 * Reads an argument list. Flags may stand before and after the command, as scripts write them (`cli.md §D`, 10 and 15),
 * so all commands' flags are known while the words are found; then the flags are held against the command's own.
 */
export function readInvocation(args: readonly string[], commands: readonly Command[]): Invocation {
  const parsed = parseArguments(args, allFlags(commands));
  const found = findCommand(parsed.words, commands);
  if (found === undefined) {
    const word = parsed.words[0];
    if (word !== undefined) throw unknownCommand(word, commands);
    return { command: undefined, flags: new Flags(parsed.flags, [...globalFlags, versionOutput]), words: [] };
  }
  const { command, words } = found;
  const own = [...command.flags, ...globalFlags];
  for (const name of parsed.flags.keys()) {
    if (!own.some((spec) => spec.name === name)) throw foreignFlag(name, command, commands);
  }
  const asksForHelp = parsed.flags.get('help') === true;
  if (words.length > 0 && command.takesWords !== true && !asksForHelp) throw strayWord(words[0] ?? '', command);
  return { command, flags: new Flags(parsed.flags, own), words };
}

/** The command whose name the words begin with; `principals compare` wins over `principals`. */
export function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): { readonly command: Command; readonly words: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = words.length < length ? undefined : commands.find((one) => one.name === name);
    if (command !== undefined) return { command, words: words.slice(length) };
  }
  return undefined;
}

/** The flags of all commands, each once: two commands give one name one kind and one letter. */
export function allFlags(commands: readonly Command[]): FlagSpec[] {
  const byName = new Map<string, FlagSpec>();
  for (const spec of [...globalFlags, versionOutput, ...commands.flatMap((command) => command.flags)]) {
    if (!byName.has(spec.name)) byName.set(spec.name, spec);
  }
  return [...byName.values()];
}

export function unknownCommand(word: string, commands: readonly Command[]): BatonError {
  const seconds = commands
    .filter(({ name }) => name.startsWith(`${word} `))
    .map(({ name }) => name.slice(word.length + 1));
  if (seconds.length > 0) {
    return new BatonError(Code.Unknown, `"baton ${word}" needs a word after it: ${seconds.join(', ')}`);
  }
  const names = commands.filter((command) => command.hidden !== true).map((command) => command.name);
  const guess = closest(word, names);
  const next = guess === undefined ? '"baton --help" lists the commands' : `did you mean "${guess}"?`;
  return new BatonError(Code.Unknown, `unknown command "${word}" for "baton"; ${next}`);
}

function foreignFlag(name: string, command: Command, commands: readonly Command[]): BatonError {
  const owners = commands.filter((one) => one.hidden !== true && one.flags.some((spec) => spec.name === name));
  const taken = owners.length === 0 ? '' : ` (${owners.map((one) => one.name).join(', ')} take it)`;
  return new BatonError(
    Code.Unknown,
    `unknown flag: --${name} for "baton ${command.name}"${taken}; "baton help ${command.name}" lists its flags`,
  );
}

function strayWord(word: string, command: Command): BatonError {
  return new BatonError(
    Code.Unknown,
    `"baton ${command.name}" takes no word after its name, and got "${word}"; "baton help ${command.name}" explains it`,
  );
}

import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { closest, type FlagSpec, type FlagValue, parseArguments } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { allFlags, commands, type DevCommand, globalFlags, serverFlags } from './commands.ts';

export type Flags = Readonly<Record<string, FlagValue>>;

/** What an argument list, or a line at the prompt, asks for. */
export interface Invocation {
  /** Undefined: the server itself. */
  readonly command: DevCommand | undefined;
  readonly words: readonly string[];
  /** What was set, by name. */
  readonly flags: Flags;
}

export function readInvocation(args: readonly string[]): Invocation {
  const parsed = parseArguments(args, allFlags);
  const [name, ...words] = parsed.words;
  const command = findCommand(name);
  const own = [...globalFlags, ...(command === undefined ? serverFlags : command.flags)];
  for (const [flag, value] of parsed.flags) {
    const spec = own.find((one) => one.name === flag);
    if (spec === undefined)
      throw new BatonError(Code.Unknown, `--${flag} is no flag of ${shown(command)}; --help lists its flags`);
    checkRange(spec, value);
  }
  const flags = Object.fromEntries(parsed.flags);
  if (command !== undefined && flags['help'] !== true) checkWords(command, words, flags);
  return { command, words, flags };
}

/** Puts the text of the file that `--json` names in the place of its name. @param stdin what `-` means, where it may be used */
export async function withJsonText(flags: Flags, stdin?: NodeJS.ReadableStream): Promise<Flags> {
  const { json } = flags;
  if (typeof json !== 'string') return flags;
  try {
    return {
      ...flags,
      json: json === '-' && stdin !== undefined ? await readAll(stdin) : await readFile(json, 'utf8'),
    };
  } catch (cause) {
    throw new BatonError(Code.InvalidArgument, `The file ${json} that --json names cannot be read.`, { cause });
  }
}

function checkRange(spec: FlagSpec, value: FlagValue): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = spec;
  if (typeof value === 'number' && (value < min || value > max)) {
    throw new BatonError(Code.Unknown, `--${spec.name} must be ${min} to ${max}, not ${value}`);
  }
}

function checkWords({ name, usage, words: [min, max] }: DevCommand, words: readonly string[], flags: Flags): void {
  const isEnough = words.length >= min && words.length <= max;
  // What the task holds comes from the file, or from the words.
  if (isEnough && !(flags['json'] !== undefined && words.length > 0)) return;
  throw new BatonError(Code.Unknown, `usage: ${usage}; "help ${name}" explains it`);
}

/** @throws BatonError for a name that no command has */
export function findCommand(name: string | undefined): DevCommand | undefined {
  const command = commands.find((one) => one.name === name);
  if (name === undefined || command !== undefined) return command;
  const guess = closest(
    name,
    commands.map((one) => one.name),
  );
  const next = guess === undefined ? '--help lists the commands' : `did you mean "${guess}"?`;
  throw new BatonError(Code.Unknown, `unknown command "${name}"; ${next}`);
}

const shown = (command: DevCommand | undefined): string => (command === undefined ? 'the server' : `"${command.name}"`);

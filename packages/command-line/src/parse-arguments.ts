import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { FlagSpec, FlagValue } from './flag-spec.ts';
import { closest } from './suggest.ts';
import { parseValue } from './values.ts';

export interface ParsedArguments {
  /** What the flags set, by name. A repeated list flag appends, another repeated flag replaces. */
  readonly flags: ReadonlyMap<string, FlagValue>;
  /** Words that are not flags, in order. */
  readonly words: readonly string[];
}

/**
 * Splits an argument list the way Go's pflag does (`cli.md §A.4`): `--x=v`, `--x v`, `-f v`, `-fv`, `-f=v`, `--bool`,
 * `--bool=false`; `--` ends the flags.
 */
export function parseArguments(args: readonly string[], specs: readonly FlagSpec[]): ParsedArguments {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const byShort = new Map(specs.flatMap((spec) => (spec.short === undefined ? [] : ([[spec.short, spec]] as const))));
  const flags = new Map<string, FlagValue>();
  const words: string[] = [];

  const set = (spec: FlagSpec, text: string): void => {
    const value = parseValue(spec.kind, text, `--${spec.name}`, spec.secret !== true);
    const before = flags.get(spec.name);
    flags.set(spec.name, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
  };

  let at = 0;
  const argumentOf = (shown: string): string => {
    const next = args[at];
    if (next === undefined) throw new BatonError(Code.Unknown, `flag needs an argument: ${shown}`);
    at += 1;
    return next;
  };

  while (at < args.length) {
    const word = args[at] ?? '';
    at += 1;
    if (word === '--') {
      words.push(...args.slice(at));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const spec = byName.get(name);
      if (spec === undefined) throw unknownFlag(name, specs);
      if (equals >= 0) set(spec, word.slice(equals + 1));
      else set(spec, spec.kind === 'bool' ? 'true' : argumentOf(`--${name}`));
    } else if (word.startsWith('-') && word.length > 1) {
      parseShort(word.slice(1));
    } else {
      words.push(word);
    }
  }
  return { flags, words };

  function parseShort(letters: string): void {
    let rest = letters;
    while (rest !== '') {
      const letter = rest[0] ?? '';
      rest = rest.slice(1);
      const spec = byShort.get(letter);
      if (spec === undefined) {
        throw new BatonError(
          Code.Unknown,
          `unknown shorthand flag: '${letter}' in -${letters}; --help lists the flags`,
        );
      }
      if (rest.startsWith('=')) return set(spec, rest.slice(1));
      if (spec.kind !== 'bool') return set(spec, rest === '' ? argumentOf(`'${letter}' in -${letters}`) : rest);
      set(spec, 'true');
    }
  }
}

function unknownFlag(name: string, specs: readonly FlagSpec[]): BatonError {
  const guess = closest(
    name,
    specs.filter((spec) => spec.unavailable === undefined).map((spec) => spec.name),
  );
  const next = guess === undefined ? '--help lists the flags' : `did you mean --${guess}?`;
  return new BatonError(Code.Unknown, `unknown flag: --${name}; ${next}`);
}

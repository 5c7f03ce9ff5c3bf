import { defaultOf, type FlagSpec, type FlagValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** The flags of one run, as the command declares them: what was set, else the default. */
export class Flags {
  readonly #set: ReadonlyMap<string, FlagValue>;
  readonly #specs: ReadonlyMap<string, FlagSpec>;

  constructor(set: ReadonlyMap<string, FlagValue>, specs: readonly FlagSpec[]) {
    this.#set = set;
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
  }

  /** Whether the person wrote the flag, whatever its value. */
  isSet(name: string): boolean {
    return this.#set.has(name);
  }

  string(name: string): string {
    const value = this.#value(name);
    if (typeof value !== 'string') throw wrongKind(name);
    return value;
  }

  /** Undefined when the person did not write the flag. */
  optional(name: string): string | undefined {
    return this.isSet(name) ? this.string(name) : undefined;
  }

  bool(name: string): boolean {
    const value = this.#value(name);
    if (typeof value !== 'boolean') throw wrongKind(name);
    return value;
  }

  int(name: string): number {
    const value = this.#value(name);
    if (typeof value !== 'number') throw wrongKind(name);
    return value;
  }

  strings(name: string): readonly string[] {
    const value = this.#value(name);
    if (typeof value !== 'object') throw wrongKind(name);
    return value;
  }

  #value(name: string): FlagValue {
    const spec = this.#specs.get(name);
    if (spec === undefined)
      throw new BatonError(Code.Internal, `the command reads --${name}, which it does not declare`);
    return this.#set.get(name) ?? defaultOf(spec);
  }
}

function wrongKind(name: string): BatonError {
  return new BatonError(Code.Internal, `the command reads --${name} as another kind of value than it declares`);
}

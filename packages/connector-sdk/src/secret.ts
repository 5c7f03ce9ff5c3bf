import { inspect } from 'node:util';

/**
 * A value that must never reach a log, an error, a file or a screen. It prints as `***` wherever text is made of it;
 * only `reveal` gives it back, at the one place that sends it.
 *
 * @example
 * const key = new Secret('SG.abc');
 * `${key}`           // '***'
 * JSON.stringify(key) // '"***"'
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  get isEmpty(): boolean {
    return this.#value === '';
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

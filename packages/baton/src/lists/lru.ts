/**
 * A map that forgets what was not asked for lately: it holds at least the last `limit / 2` keys and at most `limit`. Two
 * generations take turns, since taking single keys out of a map costs more than finding them.
 */
export class Lru<Key, Value> {
  readonly #half: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(limit: number) {
    this.#half = Math.ceil(limit / 2);
  }

  has(key: Key): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** The value of a key, made when it is not at hand. */
  get(key: Key, make: (key: Key) => Value): Value {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const aged = this.#old.get(key);
    const value = aged === undefined ? make(key) : aged;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}

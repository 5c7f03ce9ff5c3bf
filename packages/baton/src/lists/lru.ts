/** A map that forgets what was not asked for longest, once it holds `limit` entries. */
export class Lru<Key, Value> {
  readonly #limit: number;
  readonly #entries = new Map<Key, Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value of a key, made on first use. */
  get(key: Key, make: (key: Key) => Value): Value {
    let value = this.#entries.get(key);
    if (value === undefined) value = make(key);
    else this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return value;
  }
}

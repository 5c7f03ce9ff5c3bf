import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { hashText } from './pair-filter.ts';

/** Things that are remembered. Grants come in the order of people or of permissions, so that they name the same again. */
const KEPT_THINGS = 50_000;

export interface NamedThing {
  readonly exists: boolean;
  readonly hash: number;
}

/** Whether things that rows name are in their sync; each is looked up once, or seldom more. */
export class NamedThings {
  readonly #find: StatementSync;
  readonly #things = new Map<string, NamedThing>();
  readonly #syncId: string;
  #lastParts: readonly string[] = [];
  #last: NamedThing | undefined;

  /** @param find a query by the parts of the name, then the sync */
  constructor(db: DatabaseSync, find: string, syncId: string) {
    this.#find = db.prepare(find);
    this.#syncId = syncId;
  }

  get(...parts: string[]): NamedThing {
    if (this.#last !== undefined && parts.every((part, place) => part === this.#lastParts[place])) return this.#last;
    const key = parts.join('\0');
    let thing = this.#things.get(key);
    if (thing === undefined) {
      thing = { exists: this.#find.get(...parts, this.#syncId) !== undefined, hash: hashText(key) };
      if (this.#things.size >= KEPT_THINGS) this.#things.clear();
      this.#things.set(key, thing);
    }
    this.#lastParts = parts;
    this.#last = thing;
    return thing;
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';

interface Patience {
  leftMs: number;
}

const patience = new AsyncLocalStorage<Patience>();

/**
 * Within `work`, whoever waits for others that write to SQLite gives up after so long in all: a person gets an answer. What
 * has no such limit waits as long as it takes.
 *
 * @example const saved = await withPatience(0, () => save(db)).catch(() => 'the next one saves it');
 */
export function withPatience<T>(limitMs: number, work: () => T): T {
  return patience.run({ leftMs: limitMs }, work);
}

/** @returns what is left of it; undefined where there is no limit */
export function currentPatience(): Patience | undefined {
  return patience.getStore();
}

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Rendered } from './row-writer.ts';

/** Rows that are committed together. */
const BATCH_ROWS = 10_000;

/**
 * Sorts more rows than memory holds: they lie in a temporary database of SQLite, which spills to a file of its own that
 * is gone when the process ends. Equal rows keep their order.
 */
export class Sorter implements Disposable {
  readonly #db = new DatabaseSync('');
  readonly #insert: StatementSync;
  readonly #select: string;
  #rows = 0;

  /** @param descending for each key, whether it sorts downwards */
  constructor(descending: readonly boolean[]) {
    const keys = descending.map((_, index) => `k${index}`);
    this.#db.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16384');
    this.#db.exec(
      `create table rows (id integer primary key, ${keys.map((key) => `${key} text,`).join(' ')} rendered text)`,
    );
    this.#insert = this.#db.prepare(
      `insert into rows (${[...keys, 'rendered'].join(', ')}) values (${[...keys, ''].map(() => '?').join(', ')})`,
    );
    const order = descending.map((down, index) => `k${index} collate nocase ${down ? 'desc' : 'asc'}`);
    this.#select = `select rendered from rows order by ${[...order, 'id'].join(', ')} limit ?`;
    this.#db.exec('begin');
  }

  add(keys: readonly string[], rendered: Rendered): void {
    this.#insert.run(...keys, JSON.stringify(rendered));
    this.#rows += 1;
    if (this.#rows % BATCH_ROWS === 0) this.#db.exec('commit; begin');
  }

  *sorted(limit: number): Generator<Rendered> {
    const most = Number.isFinite(limit) ? limit : -1;
    for (const row of this.#db.prepare(this.#select).iterate(most)) {
      const rendered: unknown = JSON.parse(String(row['rendered']));
      yield Array.isArray(rendered) ? rendered.map(String) : String(rendered);
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

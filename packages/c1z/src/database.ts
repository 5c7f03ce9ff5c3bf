import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fileError } from './file-errors.ts';

/** What is being done when a working copy cannot be written, for messages. */
export const WRITING = 'writing to the working copy in the temporary folder';

/** How long one connection waits for the other: only the worker and the main thread ever share a working copy. */
const BUSY_TIMEOUT_MS = 60_000;

/** The main thread appends rows: a larger cache only costs memory. */
const CACHE_KIB = 16 * 1024;
/** The worker sorts indexes in runs of this size. With 64 MiB a million grants took as long and 75 MB more memory. */
export const SORTING_CACHE_KIB = 16 * 1024;

/**
 * Opens a working copy. A rollback journal that is never synced survives the death of the process (the pages are with
 * the operating system) and writes appended pages once; after a restart of the machine the copy is discarded instead.
 */
export function openDatabase(path: string, cacheKib = CACHE_KIB): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  db.exec('pragma journal_mode = truncate; pragma synchronous = off');
  db.exec(`pragma cache_size = -${cacheKib}`);
  return db;
}

/** One connection with its prepared statements, and the transaction that is open on it. */
export class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Begins a transaction unless one is open. */
  begin(): void {
    if (!this.db.isTransaction) this.exec('begin immediate');
  }

  commit(): void {
    if (this.db.isTransaction) this.exec('commit');
  }

  /** @throws BatonError that says what is wrong with the temporary folder */
  exec(sql: string): void {
    try {
      this.db.exec(sql);
    } catch (error) {
      throw fileError(error, WRITING);
    }
  }

  rollback(): void {
    if (this.db.isTransaction) this.db.exec('rollback');
  }

  close(): void {
    this.rollback();
    this.#statements.clear();
    this.db.close();
  }
}

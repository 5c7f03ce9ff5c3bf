import type { Kysely, Transaction } from 'kysely';
import type { StorePlace } from './open-store.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables> | Transaction<Tables>;

/** The one query layer. Embedded SQLite by default, PostgreSQL with `DATABASE_URL`. */
export interface Store {
  readonly dialect: 'sqlite' | 'postgres';
  readonly db: Kysely<Tables>;
  /** For opening it once more, in another thread. Holds the password of the database. */
  readonly place: StorePlace;
  /**
   * Everything inside happens or nothing does. Not for waiting on anything outside the database, nor for writing
   * through `db` instead of the transaction.
   *
   * @throws BatonError `Aborted` when two transactions were in each other's way on PostgreSQL: the same call may succeed
   */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * Until the transaction ends no other one, of any process, gets the lock of this name; it waits. For what has to
   * happen in one order, such as a chain. (On SQLite transactions take turns anyway.)
   */
  lock(trx: Transaction<Tables>, name: string): Promise<void>;
  /**
   * Runs `work` while nothing else of this process writes, for `work` has another thread write: SQLite has one writer at a
   * time, and others would give up waiting for a long one. Reading goes on. (On PostgreSQL all may write.)
   */
  whileWritersWait<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables> | Transaction<Tables>;

/** The one query layer. Embedded SQLite by default, PostgreSQL with `DATABASE_URL`. */
export interface Store {
  readonly dialect: 'sqlite' | 'postgres';
  readonly db: Kysely<Tables>;
  /** Everything inside happens or nothing does. Not for waiting on anything outside the database. */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Kysely, sql } from 'kysely';
import type { Clock } from '../clock.ts';
import { migrate } from './migrations/migrate.ts';
import { postgresDialect, postgresError } from './postgres-dialect.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';
import { WriteLock } from './write-lock.ts';

/** The embedded database, in the data folder. */
export const DATABASE_FILE = 'console.db';

export interface StorePlace {
  /** `postgres://…`; without it the database is a file in the data folder. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
}

/**
 * Opens the database and brings its tables up to date. What a finished call has written survives a crash and a power
 * failure.
 *
 * @throws BatonError when the database cannot be reached or opened, or was made by a newer version
 */
export async function openStore({ databaseUrl, dataDir, clock }: StorePlace & { clock: Clock }): Promise<Store> {
  const store = connectStore({ databaseUrl, dataDir });
  const isPostgres = store.dialect === 'postgres';
  try {
    await migrate(store, clock);
    return store;
  } catch (error) {
    await store.close();
    if (BatonError.is(error) || isPostgres) throw error;
    throw new BatonError(
      Code.FailedPrecondition,
      `The database ${join(dataDir, DATABASE_FILE)} cannot be opened. Check that the folder can be written and that no other program holds the file.`,
      { cause: error },
    );
  }
}

/**
 * Opens a database whose tables are up to date: in a thread of a program that has called `openStore`.
 *
 * @throws BatonError when the place is none
 */
export function connectStore({ databaseUrl, dataDir }: StorePlace): Store {
  if (databaseUrl === undefined || databaseUrl === '') return sqliteStore(dataDir);
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new BatonError(Code.InvalidArgument, 'DATABASE_URL has to start with postgres://. Leave it out for SQLite.');
  }
  return postgresStore({ databaseUrl, dataDir });
}

function sqliteStore(dataDir: string): Store {
  const path = join(dataDir, DATABASE_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // SQLite itself would let others read it.
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new BatonError(Code.FailedPrecondition, `The data folder ${dataDir} cannot be written.`, { cause });
  }
  const lock = new WriteLock();
  const db = new Kysely<Tables>({ dialect: sqliteDialect(path, lock) });
  return {
    dialect: 'sqlite',
    db,
    place: { dataDir },
    transaction: transactions(db, (error) => error),
    lock: async () => {},
    async whileWritersWait(work) {
      await lock.hold();
      try {
        return await work();
      } finally {
        lock.release();
      }
    },
    close: () => db.destroy(),
  };
}

function postgresStore({ databaseUrl, dataDir }: { databaseUrl: string; dataDir: string }): Store {
  const db = new Kysely<Tables>({ dialect: postgresDialect(databaseUrl) });
  return {
    dialect: 'postgres',
    db,
    place: { databaseUrl, dataDir },
    transaction: transactions(db, (error) => postgresError(error, databaseUrl) ?? error),
    async lock(trx, name) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
    },
    whileWritersWait: (work) => work(),
    close: () => db.destroy(),
  };
}

function transactions(db: Kysely<Tables>, explain: (error: unknown) => unknown): Store['transaction'] {
  const running = new AsyncLocalStorage<{ isOpen: boolean }>();
  return async (work) => {
    if (running.getStore()?.isOpen === true) {
      throw new BatonError(Code.Internal, 'A transaction was begun inside another one. Pass the outer one on.');
    }
    const state = { isOpen: true };
    try {
      return await running.run(state, () => db.transaction().execute(work));
    } catch (error) {
      throw explain(error);
    } finally {
      state.isOpen = false;
    }
  };
}

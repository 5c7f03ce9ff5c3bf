import { BatonError, Code } from '@baton-ts/protocol/errors';
import { sql, type Transaction } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { firstTables } from './0001-first-tables.ts';
import { largeLists } from './0002-large-lists.ts';
import { type Schema, schemaOf } from './schema.ts';

export type Migration = (schema: Schema, trx: Transaction<Tables>) => Promise<void>;

/** The version of a database is how many of these it has had. One that was released is never changed. */
const MIGRATIONS: readonly Migration[] = [firstTables, largeLists];

/** What this program brings a database to. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the tables up to date, all steps or none. A second process that starts at the same time waits and then finds
 * nothing to do.
 *
 * @throws BatonError `FailedPrecondition` when a newer version of the program made the database
 */
export async function migrate(store: Store, clock: Clock): Promise<void> {
  await store.transaction(async (trx) => {
    await store.lock(trx, 'migrations');
    const schema = schemaOf(trx, store.dialect);
    if (!(await hasVersions(schema))) {
      await schema.table('schema_versions', { version: 'integer', applied_ms: 'integer' }, ['version']);
    }
    const version = await schemaVersion(trx);
    if (version > SCHEMA_VERSION) {
      throw new BatonError(
        Code.FailedPrecondition,
        `The database was made by a newer version of this program (its tables have version ${version}, this program knows ${SCHEMA_VERSION}). Use the newer program, or restore a backup.`,
      );
    }
    for (const [index, step] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await step(schema, trx);
      await sql`insert into schema_versions (version, applied_ms) values (${index + 1}, ${clock.now()})`.execute(trx);
    }
  });
}

/** How many migrations the database has had. */
export async function schemaVersion(trx: Transaction<Tables>): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`select max(version) as version from schema_versions`.execute(
    trx,
  );
  return rows[0]?.version ?? 0;
}

async function hasVersions(schema: Schema): Promise<boolean> {
  const names = await schema.tableNames();
  if (names.includes('schema_versions')) return true;
  if (names.length === 0) return false;
  throw new BatonError(
    Code.FailedPrecondition,
    `The database holds tables of another program (${names[0]}, …). Give the console a database of its own.`,
  );
}

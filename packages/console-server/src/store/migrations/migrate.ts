import { BatonError, Code } from '@baton-ts/protocol/errors';
import { sql, type Transaction } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { firstTables } from './0001-first-tables.ts';
import { largeLists } from './0002-large-lists.ts';
import { narrowedLists } from './0003-narrowed-lists.ts';
import { whatWasMissing } from './0005-what-was-missing.ts';
import { sessionsAndVisits } from './0006-sessions-and-visits.ts';
import { whatPeopleSet } from './0007-what-people-set.ts';
import { appliedSync } from './0008-applied-sync.ts';
import { type Schema, schemaOf } from './schema.ts';

export type Migration = (schema: Schema, trx: Transaction<Tables>) => Promise<void>;

/**
 * By the number in the name of their file. A database notes each one that it has had. One that was released is never
 * changed, which `migrate.test.ts` holds.
 */
const MIGRATIONS: ReadonlyMap<number, Migration> = new Map([
  [1, firstTables],
  [2, largeLists],
  [3, narrowedLists],
  [5, whatWasMissing],
  [6, sessionsAndVisits],
  [7, whatPeopleSet],
  [8, appliedSync],
]);

/** What this program brings a database to. */
export const SCHEMA_VERSION = Math.max(...MIGRATIONS.keys());

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
    const had = await versionsOf(trx);
    const unknown = [...had].filter((version) => !MIGRATIONS.has(version));
    if (unknown.length > 0) {
      throw new BatonError(
        Code.FailedPrecondition,
        `The database was made by a newer version of this program (its tables have version ${Math.max(...had)}, this program knows ${SCHEMA_VERSION}). Use the newer program, or restore a backup.`,
      );
    }
    for (const [version, step] of MIGRATIONS) {
      if (had.has(version)) continue;
      await step(schema, trx);
      await sql`insert into schema_versions (version, applied_ms) values (${version}, ${clock.now()})`.execute(trx);
    }
  });
}

async function versionsOf(trx: Transaction<Tables>): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ version: number }>`select version from schema_versions`.execute(trx);
  return new Set(rows.map(({ version }) => version));
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

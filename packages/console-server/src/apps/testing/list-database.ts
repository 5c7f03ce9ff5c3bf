import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Console, newId } from '../../ingestion/testing/company.ts';
import { writeLargeCompany } from '../../ingestion/testing/large-company.ts';
import { openStore, type StorePlace } from '../../store/open-store.ts';
import { postgresPrograms } from '../../store/postgres-programs.ts';
import type { Store } from '../../store/store.ts';
import { type PostgresServer, startPostgres } from '../../testing/postgres-server.ts';
import { addAdministrator } from './measured-console.ts';
import { varyAccounts } from './vary-accounts.ts';

export interface ListDatabase {
  readonly place: StorePlace;
  readonly ids: Ids;
  stop(): Promise<void>;
}

/** What the pages are of. */
export interface Ids {
  readonly appId: string;
  readonly accountId: string;
  readonly entitlementId: string;
  /** Held by few directly, by many through something else. */
  readonly indirectId: string;
}

/**
 * The database of a company of this size, filled unless the folder has it already.
 *
 * @returns undefined where this kind of database is not installed
 */
export async function openListDatabase(
  database: 'sqlite' | 'postgres',
  accounts: number,
  grants: number,
  parent: string,
): Promise<ListDatabase | undefined> {
  const folder = join(parent, `${database}-${accounts}-${grants}`);
  const company = join(parent, `company-${accounts}-${grants}`);
  for (const path of [folder, company]) mkdirSync(path, { recursive: true });
  const programs = database === 'postgres' ? postgresPrograms('initdb', 'postgres') : undefined;
  if (database === 'postgres' && programs === undefined) return undefined;
  let server: PostgresServer | undefined;
  if (programs !== undefined) server = await startPostgres(programs, join(folder, 'cluster'));
  try {
    const place = { dataDir: folder, databaseUrl: server?.url('postgres') };
    const ids = await fill(place, () => writeLargeCompany(company, accounts, grants));
    return { place, ids, stop: async () => server?.stop() };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function fill(place: StorePlace, files: () => Promise<readonly string[]>): Promise<Ids> {
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const store = await openStore({ ...place, clock });
  try {
    const console = new Console(store, place.dataDir);
    const known = await store.db.selectFrom('connectors').select(['app_id as appId', 'id as connectorId']).execute();
    const to = known[0] ?? (await console.addConnector(await console.addApp()));
    for (const path of known.length > 0 ? [] : await files()) {
      const { result, reason } = await console.upload(to, { path });
      if (result !== 'APPLIED') throw new Error(`${result}: ${reason}`);
      await noteSync(store, to, console.nowMs);
    }
    await addAdministrator(store);
    await varyAccounts(store, console, to.appId);
    const held = await store.db
      .selectFrom('grants')
      .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
      .select(['account_id', 'entitlement_id'])
      .where('entitlements.is_built_in', '=', 0)
      .where('grants.is_direct', '=', 1)
      .limit(1)
      .executeTakeFirstOrThrow();
    const { entitlement_id: indirectId } = await store.db
      .selectFrom('grants')
      .select('entitlement_id')
      .where('is_direct', '=', 0)
      .limit(1)
      .executeTakeFirstOrThrow();
    return { appId: to.appId, accountId: held.account_id, entitlementId: held.entitlement_id, indirectId };
  } finally {
    await store.close();
  }
}

/** As `finishSync` does. The feed begins with the first one. */
async function noteSync(store: Store, { appId, connectorId }: { appId: string; connectorId: string }, nowMs: number) {
  const times = { started_ms: nowMs, finished_ms: nowMs };
  const nothing = { c1_task_id: null, triggered_by: null, file_path: null, file_bytes: null, file_sha256: null };
  await store.db
    .insertInto('syncs')
    .values({
      ...times,
      ...nothing,
      id: newId(),
      app_id: appId,
      connector_id: connectorId,
      trigger: 'SCHEDULE',
      result: 'APPLIED',
      reason: '',
      counts: null,
      differences: null,
      warnings: '[]',
    })
    .execute();
}

import { type App, app, type PersonRef } from '@baton-ts/console-api';
import { type Expression, sql } from 'kysely';
import { time, timeOrNull } from '../connectors/show-connector.ts';
import type { Db } from '../store/store.ts';
import type { AppRow } from './app-rows.ts';

const matchingRules = app.shape.matchingRules;

/** What needs somebody first is what an app of several connectors shows. */
const byUrgency = ['ERROR', 'PAUSED_ANOMALY', 'NOT_CONNECTED', 'PAUSED', 'SYNCING', 'CONNECTED'] as const;

/** Apps as an answer shows them. What each needs besides its row is read for all of them at once. */
export async function showApps(db: Db, rows: readonly AppRow[]): Promise<App[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [owners, connectors, counts] = await Promise.all([
    appOwners(db, ids),
    db
      .selectFrom('connectors')
      .select(['app_id', 'status', 'last_good_sync_ms'])
      .where('app_id', 'in', ids)
      .where('deleted_ms', 'is', null)
      .execute(),
    appCounts(db, ids),
  ]);
  return rows.map((row) => {
    const own = connectors.filter(({ app_id }) => app_id === row.id);
    const goodSyncs = own.flatMap(({ last_good_sync_ms }) => last_good_sync_ms ?? []);
    return {
      id: row.id,
      displayName: row.display_name,
      description: row.description,
      kind: row.kind,
      owners: owners.get(row.id) ?? [],
      identityMatching: row.identity_matching,
      matchingRules: matchingRules.parse(JSON.parse(row.matching_rules)),
      syncStatus: byUrgency.find((status) => own.some((connector) => connector.status === status)) ?? null,
      lastGoodSyncAt: timeOrNull(goodSyncs.length === 0 ? null : Math.max(...goodSyncs)),
      counts: { ...(counts.get(row.id) ?? noCounts), connectors: own.length },
      createdAt: time(row.created_ms),
    };
  });
}

const noCounts = {
  accounts: 0,
  accountsWithoutOwner: 0,
  entitlements: 0,
  resources: 0,
  grants: 0,
  criticalHolders: 0,
};

/** Each is the number of rows of the list that it links to. */
async function appCounts(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, typeof noCounts>> {
  const rows = await db
    .selectFrom('apps')
    .select('apps.id')
    .select([
      present(sql`accounts`).as('accounts'),
      present(sql`accounts`, sql` and t.owner_id is null`).as('accountsWithoutOwner'),
      present(sql`accounts`, sql` and t.critical_count > 0`).as('criticalHolders'),
      present(sql`resources`).as('resources'),
      present(sql`entitlements`).as('entitlements'),
      grantsOf(sql`t.app_id = apps.id`).as('grants'),
    ])
    .where('apps.id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

function present(table: Expression<unknown>, also: Expression<unknown> = sql``) {
  return sql<number>`(select count(*) from ${table} as t where t.app_id = apps.id and t.removed_ms is null${also})`;
}

/** How many grants there are now: every entitlement knows its holders. */
export function grantsOf(which: Expression<unknown>) {
  return sql<number>`(select cast(coalesce(sum(t.grant_count), 0) as bigint) from entitlements as t
    where ${which} and t.removed_ms is null)`;
}

export async function appOwners(db: Db, appIds: readonly string[]): Promise<ReadonlyMap<string, PersonRef[]>> {
  const rows = await db
    .selectFrom('app_owners')
    .innerJoin('people', 'people.id', 'app_owners.person_id')
    .select(['app_owners.app_id', 'people.id', 'people.display_name', 'people.email'])
    .where('app_owners.app_id', 'in', appIds)
    .orderBy('people.search')
    .orderBy('people.id')
    .execute();
  const owners = Map.groupBy(rows, ({ app_id }) => app_id);
  return new Map(
    [...owners].map(([appId, people]) => [
      appId,
      people.map(({ id, display_name, email }) => ({ id, displayName: display_name, email })),
    ]),
  );
}

export async function appNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db.selectFrom('apps').select(['id', 'display_name']).where('id', 'in', wanted).execute();
  return new Map(rows.map(({ id, display_name }) => [id, display_name]));
}

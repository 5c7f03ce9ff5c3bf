import { type App, app, type PersonRef } from '@baton-ts/console-api';
import { type Expression, sql } from 'kysely';
import { time, timeOrNull } from '../connectors/show-connector.ts';
import { countsByApp } from '../store/app-counts.ts';
import type { Db } from '../store/store.ts';
import type { AppRow } from './app-rows.ts';

const matchingRules = app.shape.matchingRules;

/** What needs somebody first is what an app of several connectors shows. */
const byUrgency = ['ERROR', 'PAUSED_ANOMALY', 'NOT_CONNECTED', 'PAUSED', 'SYNCING', 'CONNECTED'] as const;

/** Apps as an answer shows them. What each needs besides its row is read for all of them at once. */
export async function showApps(db: Db, rows: readonly AppRow[]): Promise<App[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [owners, connectors, counts, grants] = await Promise.all([
    appOwners(db, ids),
    db
      .selectFrom('connectors')
      .select(['app_id', 'status', 'last_good_sync_ms'])
      .where('app_id', 'in', ids)
      .where('deleted_ms', 'is', null)
      .execute(),
    countsByApp(db, ids),
    grantsByApp(db, ids),
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
      counts: {
        accounts: counts.get(row.id)?.accounts ?? 0,
        accountsWithoutOwner: counts.get(row.id)?.accountsWithoutOwner ?? 0,
        entitlements: counts.get(row.id)?.entitlements ?? 0,
        resources: counts.get(row.id)?.resources ?? 0,
        grants: grants.get(row.id) ?? 0,
        criticalHolders: counts.get(row.id)?.criticalHolders ?? 0,
        connectors: own.length,
      },
      createdAt: time(row.created_ms),
    };
  });
}

async function grantsByApp(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('apps')
    .select(['apps.id', grantsOf(sql`t.app_id = apps.id`).as('grants')])
    .where('apps.id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, grants }) => [id, grants]));
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

import type { CheckedRequest, EndpointResponse, feedSorts } from '@baton-ts/console-api';
import { sql } from 'kysely';
import { time } from '../connectors/show-connector.ts';
import type { Actor } from '../domain/actor.ts';
import { riskLevelOf } from '../domain/risk.ts';
import { isBeyond, type Page, readPage } from '../store/paging.ts';
import type { Db } from '../store/store.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { accountsById, entitlementsById, narrowed } from './grants.ts';
import { type SortColumns, sortingOf } from './lists.ts';

type FeedSearch = CheckedRequest<'POST /api/v1/grants/feed'>['body'];
type FeedEvent = EndpointResponse<'POST /api/v1/grants/feed'>['list'][number];

interface EventRow {
  readonly id: number;
  readonly account_id: string;
  readonly entitlement_id: string;
  readonly connector_id: string;
  readonly at_ms: number;
  readonly is_added: number;
  readonly sync_id: string;
}

const sortsOfFeed: SortColumns<(typeof feedSorts)[number]> = {
  what: 'Events',
  columns: { at: 'events.at_ms' },
  usual: '-at',
  id: 'events.id',
};

/**
 * What was added and removed, the newest first. What the first sync of a connector found was not added then, and so is no
 * event; nor is what was given and taken at the same moment.
 */
export async function findFeed(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: FeedSearch,
  actor: Actor,
): Promise<Page<EventRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const { after, before } = filters;
  // Older ones were all found by the first sync, and may be millions.
  const fromMs = Math.max(after === undefined ? 0 : Date.parse(after), await firstSyncMs(db, appIds));
  const { rows, looks } = await narrowed(db, appIds, filters);
  const narrow = looks === undefined ? rows : rows.where(looks);
  const between = (column: 'grants.granted_ms' | 'grants.revoked_ms') => {
    const some = narrow
      .clearSelect()
      .select(['grants.id', 'grants.account_id', 'grants.entitlement_id', 'grants.connector_id'])
      .where(sql<boolean>`${sql.ref(column)} > ${fromMs}`)
      .where(sql<boolean>`grants.granted_ms <> coalesce(grants.revoked_ms, -1)`);
    return before === undefined ? some : some.where(sql<boolean>`${sql.ref(column)} < ${Date.parse(before)}`);
  };
  const added = between('grants.granted_ms')
    .where('grants.since_first_sync', '=', 0)
    .select(['grants.granted_ms as at_ms', sql<number>`1`.as('is_added'), 'grants.granted_sync_id as sync_id']);
  const removed = between('grants.revoked_ms')
    .where('grants.revoked_ms', 'is not', null)
    .select([
      sql<number>`grants.revoked_ms`.as('at_ms'),
      sql<number>`0`.as('is_added'),
      sql<string>`coalesce(grants.revoked_sync_id, grants.granted_sync_id)`.as('sync_id'),
    ]);
  const isOfOne = filters.appUserIds.length + filters.entitlementIds.length > 0;
  // What an account or entitlement holds has an index, and so has what it held, but not both together.
  const inOrder = [
    ...(isOfOne
      ? [added.where('grants.revoked_ms', 'is', null), added.where('grants.revoked_ms', 'is not', null)]
      : [added]
    ).map((rows) => ({ rows, at: 'grants.granted_ms' }) as const),
    { rows: removed, at: 'grants.revoked_ms' } as const,
  ];
  const arms =
    isOfOne || appIds.length < 2
      ? inOrder
      : appIds.flatMap((appId) =>
          inOrder.map(({ rows, at }) => ({ rows: rows.where('grants.app_id', '=', appId), at })),
        );
  const sorting = sortingOf(sortsOfFeed, sort);
  const direction = sorting.descending ? 'desc' : 'asc';
  const wide = db.withTables<{ events: EventRow }>();
  const all = arms.map(({ rows }) => rows).reduce((some, rows) => some.unionAll(rows));
  return await readPage(
    wide,
    wide.selectFrom(all.as('events')).selectAll('events'),
    { sorting, request: { pageSize, pageToken }, of: ['feed', appIds, filters] },
    // Each arm has an index in the order of time, and all together have none.
    (start) => {
      const first = arms.map(({ rows, at }) => {
        const ahead =
          start === undefined ? rows : rows.where(isBeyond(sql.ref(at), sql.ref('grants.id'), sorting, start));
        const few = ahead
          .orderBy(at, direction)
          .orderBy('grants.id', direction)
          .limit(pageSize + 1);
        return sql`select * from (${few}) as arm`;
      });
      const events = sql<EventRow>`(${sql.join(first, sql` union all `)})`.as<'events'>(sql.ref('events'));
      return wide.selectFrom(events).selectAll('events');
    },
  );
}

/** When the first sync of the first connector was done. */
async function firstSyncMs(db: Db, appIds: readonly string[]): Promise<number> {
  const row = await db
    .selectFrom('syncs')
    .select(sql<number | null>`min(finished_ms)`.as('ms'))
    .where(inApps('syncs.app_id', appIds))
    .where('result', '=', 'APPLIED')
    .executeTakeFirst();
  return row?.ms ?? 0;
}

export async function showFeed(db: Db, rows: readonly EventRow[]): Promise<(FeedEvent & { readonly appId: string })[]> {
  if (rows.length === 0) return [];
  const [accounts, entitlements] = await Promise.all([accountsById(db, rows), entitlementsById(db, rows)]);
  return rows.map((row) => {
    const entitlement = entitlements.get(row.entitlement_id);
    return {
      at: time(row.at_ms),
      eventType: row.is_added === 1 ? 'ADDED' : 'REMOVED',
      account: { id: row.account_id, displayName: accounts.get(row.account_id)?.display_name ?? '' },
      entitlement: {
        id: row.entitlement_id,
        displayName: entitlement === undefined ? '' : entitlement.alias || entitlement.display_name,
        riskLevel: riskLevelOf(entitlement?.risk ?? 0) ?? 'UNRATED',
      },
      connectorId: row.connector_id,
      syncId: row.sync_id,
      appId: entitlement?.app_id ?? '',
    };
  });
}

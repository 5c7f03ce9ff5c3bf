import type {
  CheckedRequest,
  EndpointResponse,
  feedSorts,
  Grant,
  grantSorts,
  pastGrantSorts,
} from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Selectable, sql } from 'kysely';
import { time, timeOrNull } from '../connectors/show-connector.ts';
import type { Actor } from '../domain/actor.ts';
import { riskLevelOf, riskRank } from '../domain/risk.ts';
import { isBeyond, type Page, readPage } from '../store/paging.ts';
import { isAmong, namedSo } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { accountOwners } from './accounts.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { jsonObject, jsonTexts, type SortColumns, sortingOf } from './lists.ts';
import { resourceNames } from './resources.ts';
import { grantsOf } from './show-apps.ts';

export type GrantRow = Selectable<Tables['grants']>;
export type GrantSearch = Omit<CheckedRequest<'POST /api/v1/search/grants'>['body'], 'entitlementRefs' | 'userId'>;
type PastSearch = CheckedRequest<'POST /api/v1/search/past-grants'>['body'];
type FeedSearch = CheckedRequest<'POST /api/v1/grants/feed'>['body'];
type FeedEvent = EndpointResponse<'POST /api/v1/grants/feed'>['list'][number];

const sorts: SortColumns<'grantedAt'> = {
  what: 'Grants',
  columns: { grantedAt: 'grants.granted_ms' },
  usual: '-grantedAt',
  id: 'grants.id',
};
/** Few enough to be put into order as they are read. */
const sortsOfAccounts: SortColumns<(typeof grantSorts)[number]> = {
  ...sorts,
  columns: { ...sorts.columns, riskLevel: 'grants.risk' },
};
const pastSorts: SortColumns<(typeof pastGrantSorts)[number]> = {
  what: 'Past grants',
  columns: { revokedAt: 'grants.revoked_ms' },
  usual: '-revokedAt',
  id: 'grants.id',
};

interface Narrowed {
  readonly query: string;
  readonly appUserIds: readonly string[];
  readonly entitlementIds: readonly string[];
  readonly userIds?: readonly string[];
}

/** What is held now, also through something else. */
export async function findGrants(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: GrantSearch,
  actor: Actor,
): Promise<Page<GrantRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const isOfAccounts = filters.appUserIds.length > 0 || filters.userIds.length > 0;
  const narrow = await narrowed(db, appIds, filters);
  let rows = narrow.rows.where('grants.revoked_ms', 'is', null);
  if (filters.riskLevels.length > 0) rows = rows.where('grants.risk', 'in', filters.riskLevels.map(riskRank));
  if (filters.directOnly) rows = rows.where('grants.is_direct', '=', 1);
  const isNarrower = isOfAccounts || filters.query !== '' || filters.riskLevels.length > 0 || filters.directOnly;
  return await readPage(db, rows, {
    sorting: { ...sortingOf(isOfAccounts ? sortsOfAccounts : sorts, sort), isOfFew: narrow.isFew },
    request: { pageSize, pageToken },
    of: ['grants', appIds, filters],
    // Each one that is counted takes a look at its account and its entitlement.
    mostCounted: filters.query === '' || narrow.isFew ? undefined : pageSize,
    total: isNarrower || pageToken !== '' ? undefined : await knownTotal(db, appIds, filters.entitlementIds),
  });
}

/** What was held once. */
export async function findPastGrants(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: PastSearch,
  actor: Actor,
): Promise<Page<GrantRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const { rows, isFew } = await narrowed(db, appIds, filters);
  return await readPage(db, rows.where('grants.revoked_ms', 'is not', null), {
    sorting: { ...sortingOf(pastSorts, sort), isOfFew: isFew },
    request: { pageSize, pageToken },
    of: ['past grants', appIds, filters],
  });
}

async function knownTotal(db: Db, appIds: readonly string[], entitlementIds: readonly string[]): Promise<number> {
  const which =
    entitlementIds.length === 0
      ? inApps('t.app_id', appIds)
      : sql`t.id in (${sql.join(entitlementIds)}) and ${inApps('t.app_id', appIds)}`;
  const { rows } = await sql<{ total: number }>`select ${grantsOf(which)} as total`.execute(db);
  return rows[0]?.total ?? 0;
}

/** @returns `isFew` when they are found by accounts, and so are put into order afterwards */
async function narrowed(db: Db, appIds: readonly string[], filters: Narrowed) {
  const { query, appUserIds, entitlementIds, userIds = [] } = filters;
  const isOfOne = appUserIds.length + entitlementIds.length + userIds.length > 0;
  let rows = db
    .selectFrom('grants')
    .selectAll('grants')
    .where(inApps('grants.app_id', appIds, isOfOne));
  if (appUserIds.length > 0) rows = rows.where('grants.account_id', 'in', appUserIds);
  if (userIds.length > 0) {
    rows = rows.where('grants.account_id', 'in', (where) =>
      where.selectFrom('accounts').select('accounts.id').where('accounts.owner_id', 'in', userIds),
    );
  }
  const isOfAccounts = appUserIds.length + userIds.length > 0;
  const words = found('t.search', query);
  if (words === undefined) {
    if (entitlementIds.length > 0) rows = rows.where('grants.entitlement_id', 'in', entitlementIds);
    return { rows, isFew: isOfAccounts };
  }
  if (!isOfOne) {
    throw new BatonError(
      Code.InvalidArgument,
      'Grants are searched by words within accounts, people or entitlements. Name them in appUserIds, userIds or entitlementIds.',
    );
  }
  const accountsFound = isOfAccounts ? undefined : await namedSo(db, 'accounts', query);
  const entitlementsFound = isOfAccounts ? undefined : await namedSo(db, 'entitlements', query);
  const isAccountsOnly =
    accountsFound !== undefined && entitlementsFound?.every((id) => !entitlementIds.includes(id)) === true;
  if (isAccountsOnly) {
    // By the accounts, of which there are fewer than holders of the entitlement.
    const entitlement = sql<boolean>`(grants.entitlement_id || '') in (${sql.join(entitlementIds)})`;
    return { rows: rows.where(entitlement).where(isAmong(db, 'grants.account_id', accountsFound)), isFew: true };
  }
  if (entitlementIds.length > 0) rows = rows.where('grants.entitlement_id', 'in', entitlementIds);
  const named = (table: 'accounts' | 'entitlements', column: string) =>
    sql<boolean>`exists (select 1 from ${sql.table(table)} as t where t.id = ${sql.ref(column)} and ${words})`;
  const either = [named('entitlements', 'grants.entitlement_id'), named('accounts', 'grants.account_id')];
  return { rows: rows.where((where) => where.or(either)), isFew: isOfAccounts };
}

/** Grants as an answer shows them: with who, what, and through what. */
export async function showGrants(db: Db, rows: readonly GrantRow[]): Promise<Grant[]> {
  if (rows.length === 0) return [];
  const [accounts, entitlements, sources] = await Promise.all([
    accountsById(db, rows),
    entitlementsById(db, rows),
    sourceNames(db, rows),
  ]);
  const [owners, resources] = await Promise.all([
    accountOwners(db, [...accounts.values()]),
    resourceNames(
      db,
      [...entitlements.values()].map((entitlement) => entitlement.resource_id),
    ),
  ]);
  return rows.flatMap((row) => {
    const account = accounts.get(row.account_id);
    const entitlement = entitlements.get(row.entitlement_id);
    if (account === undefined || entitlement === undefined) {
      throw new BatonError(Code.DataLoss, `The grant ${row.id} names an account or entitlement that is not there.`);
    }
    return {
      id: String(row.id),
      account: {
        id: account.id,
        displayName: account.display_name,
        email: account.email,
        status: account.status,
        type: account.type,
        owner: owners.get(account.owner_id) ?? null,
      },
      entitlement: {
        id: entitlement.id,
        displayName: entitlement.display_name,
        alias: entitlement.alias,
        description: entitlement.description,
        slug: entitlement.slug,
        externalId: entitlement.external_id,
        resourceDisplayName: resources.get(entitlement.resource_id) ?? '',
        resourceTypeId: entitlement.resource_type_id,
        riskLevel: riskLevelOf(entitlement.risk) ?? 'UNRATED',
        isUnknown: entitlement.is_unknown === 1,
      },
      isDirect: row.is_direct === 1,
      sources: jsonTexts(row.sources).map(
        (source) => sources.get(sourceKey(row, source)) ?? { entitlementId: null, displayName: source },
      ),
      isImmutable: row.is_immutable === 1,
      metadata: jsonObject(row.metadata),
      grantedAt: time(row.granted_ms),
      sinceFirstSync: row.since_first_sync === 1,
      revokedAt: timeOrNull(row.revoked_ms),
      connectorId: row.connector_id,
      grantedSyncId: row.granted_sync_id,
      revokedSyncId: row.revoked_sync_id,
    };
  });
}

type Pair = Pick<GrantRow, 'account_id' | 'entitlement_id'>;

async function accountsById(db: Db, rows: readonly Pair[]) {
  const ids = [...new Set(rows.map((row) => row.account_id))];
  const found = await db
    .selectFrom('accounts')
    .select(['id', 'display_name', 'email', 'status', 'type', 'owner_id'])
    .where('id', 'in', ids)
    .execute();
  return new Map(found.map((account) => [account.id, account]));
}

async function entitlementsById(db: Db, rows: readonly Pair[]) {
  const ids = [...new Set(rows.map((row) => row.entitlement_id))];
  const found = await db.selectFrom('entitlements').selectAll().where('id', 'in', ids).execute();
  return new Map(found.map((entitlement) => [entitlement.id, entitlement]));
}

/** A connector knows its entitlements by ids of its own. */
async function sourceNames(db: Db, rows: readonly GrantRow[]): Promise<ReadonlyMap<string, Grant['sources'][number]>> {
  const externalIds = [...new Set(rows.flatMap((row) => jsonTexts(row.sources)))];
  if (externalIds.length === 0) return new Map();
  const found = await db
    .selectFrom('entitlements')
    .select(['id', 'app_id', 'connector_id', 'external_id', 'display_name', 'alias'])
    .where('app_id', 'in', [...new Set(rows.map((row) => row.app_id))])
    .where('external_id', 'in', externalIds)
    .execute();
  return new Map(
    found.map((row) => [
      sourceKey(row, row.external_id),
      { entitlementId: row.id, displayName: row.alias || row.display_name },
    ]),
  );
}

function sourceKey(
  { app_id, connector_id }: { readonly app_id: string; readonly connector_id: string | null },
  externalId: string,
): string {
  return `${app_id}\0${connector_id}\0${externalId}`;
}

interface EventRow {
  readonly id: number;
  readonly account_id: string;
  readonly entitlement_id: string;
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
  const { rows: narrow } = await narrowed(db, appIds, filters);
  const between = (column: 'grants.granted_ms' | 'grants.revoked_ms') => {
    const rows = narrow
      .clearSelect()
      .select(['grants.id', 'grants.account_id', 'grants.entitlement_id'])
      .where(sql<boolean>`${sql.ref(column)} > ${fromMs}`)
      .where(sql<boolean>`grants.granted_ms <> coalesce(grants.revoked_ms, -1)`);
    return before === undefined ? rows : rows.where(sql<boolean>`${sql.ref(column)} < ${Date.parse(before)}`);
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
  const arms = [
    // What an account or entitlement holds has an index, and so has what it held, but not both together.
    ...(isOfOne
      ? [added.where('grants.revoked_ms', 'is', null), added.where('grants.revoked_ms', 'is not', null)]
      : [added]
    ).map((rows) => ({ rows, at: 'grants.granted_ms' }) as const),
    { rows: removed, at: 'grants.revoked_ms' } as const,
  ];
  const sorting = sortingOf(sortsOfFeed, sort);
  const direction = sorting.descending ? 'desc' : 'asc';
  const wide = db.withTables<{ events: EventRow }>();
  const all = added.unionAll(removed);
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
      syncId: row.sync_id,
      appId: entitlement?.app_id ?? '',
    };
  });
}

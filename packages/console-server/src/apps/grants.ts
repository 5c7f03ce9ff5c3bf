import type { CheckedRequest, Grant, grantSorts, pastGrantSorts } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Expression, type Selectable, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { time, timeOrNull } from '../connectors/show-connector.ts';
import type { Actor } from '../domain/actor.ts';
import { riskLevelOf, riskRank } from '../domain/risk.ts';
import { isAll, isAmong, isOneOf } from '../store/conditions.ts';
import { type Page, type PageOptions, readPage } from '../store/paging.ts';
import { areParts, firstOfParts, type Parts } from '../store/parts.ts';
import { namedSo } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import { readSieved } from '../store/sieve.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { accountOwners } from './accounts.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { jsonObject, jsonTexts, type SortColumns, sortingOf } from './lists.ts';
import { resourceNames } from './resources.ts';
import { grantsOf } from './show-apps.ts';

/** Each takes a look at its account and its entitlement too. */
const MOST_HOLDERS_LOOKED_AT = 300;

export type GrantRow = Selectable<Tables['grants']>;
export type GrantSearch = Omit<CheckedRequest<'POST /api/v1/search/grants'>['body'], 'entitlementRefs' | 'userId'>;
type PastSearch = CheckedRequest<'POST /api/v1/search/past-grants'>['body'];

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
  const held = narrow.rows.where('grants.revoked_ms', 'is', null);
  const looks = [
    ...(narrow.looks === undefined ? [] : [narrow.looks]),
    ...(filters.riskLevels.length > 0 ? [isOneOf('grants.risk', filters.riskLevels.map(riskRank))] : []),
    ...(filters.directOnly ? [sql<SqlBool>`grants.is_direct = 1`] : []),
  ];
  const rows = held.where(isAll(looks));
  const options: PageOptions = {
    sorting: { ...sortingOf(isOfAccounts ? sortsOfAccounts : sorts, sort), isOfFew: narrow.isFew },
    request: { pageSize, pageToken },
    of: ['grants', appIds, filters],
  };
  if (narrow.isFew) return await readPage(db, rows, options);
  const isOfEntitlements = filters.entitlementIds.length > 0;
  const isLookedAt = narrow.looks !== undefined || filters.directOnly;
  if (isLookedAt || (isOfEntitlements && filters.riskLevels.length > 0)) {
    return await readSieved(db, { rows: held, looks: isAll(looks), most: mostLookedAt(narrow) }, options);
  }
  const isNarrower = filters.riskLevels.length > 0;
  const total = isNarrower || pageToken !== '' ? undefined : await knownTotal(db, appIds, filters.entitlementIds);
  const parts = isOfEntitlements
    ? ofEntitlements(appIds, filters.entitlementIds)
    : isNarrower
      ? ofRisks(appIds, filters.riskLevels)
      : ofApps(appIds, sql<SqlBool>`grants.revoked_ms is null`);
  if (parts.values.length < 2 || !areParts(parts)) return await readPage(db, rows, { ...options, total });
  // No index has those of several apps and risks together, to be counted.
  const mostCounted = isNarrower && appIds.length > 1 ? pageSize : undefined;
  const few = { ...options, sorting: { ...options.sorting, isOfFew: true }, total, mostCounted };
  return await readPage(db, rows, few, (start) =>
    grantsIn(db, firstOfParts(db, parts, options.sorting, start, pageSize + 1)),
  );
}

function grantsIn(db: Db, which: Expression<SqlBool>) {
  return db.selectFrom('grants').selectAll('grants').where(which);
}

function ofApps(appIds: readonly string[], where: Expression<SqlBool>): Parts {
  return { table: 'grants', columns: [sql.ref('grants.app_id')], values: appIds.map((id) => [id]), where };
}

function ofEntitlements(appIds: readonly string[], ids: readonly string[]): Parts {
  return {
    table: 'grants',
    columns: [sql.ref('grants.entitlement_id')],
    values: [...new Set(ids)].map((id) => [id]),
    where: isAll([sql<SqlBool>`grants.revoked_ms is null`, inApps('grants.app_id', appIds, true)]),
  };
}

function ofRisks(appIds: readonly string[], levels: GrantSearch['riskLevels']): Parts {
  return {
    table: 'grants',
    columns: [sql.ref('grants.app_id'), sql.ref('grants.risk')],
    values: appIds.flatMap((appId) => [...new Set(levels)].map((level) => [appId, riskRank(level)])),
    where: sql<SqlBool>`grants.revoked_ms is null`,
  };
}

/** What was held once. */
export async function findPastGrants(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: PastSearch,
  actor: Actor,
): Promise<Page<GrantRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const narrow = await narrowed(db, appIds, filters);
  const { looks, isFew } = narrow;
  const rows = narrow.rows.where('grants.revoked_ms', 'is not', null);
  const options: PageOptions = {
    sorting: { ...sortingOf(pastSorts, sort), isOfFew: isFew },
    request: { pageSize, pageToken },
    of: ['past grants', appIds, filters],
  };
  const parts = ofApps(appIds, sql<SqlBool>`grants.revoked_ms is not null`);
  if (looks === undefined && !isFew && filters.entitlementIds.length === 0 && appIds.length > 1 && areParts(parts)) {
    const few = { ...options, sorting: { ...options.sorting, isOfFew: true } };
    return await readPage(db, rows, few, (start) =>
      grantsIn(db, firstOfParts(db, parts, options.sorting, start, pageSize + 1)),
    );
  }
  if (looks === undefined || isFew) return await readPage(db, looks === undefined ? rows : rows.where(looks), options);
  return await readSieved(db, { rows, looks, most: mostLookedAt(narrow) }, options);
}

function mostLookedAt({ looks }: { readonly looks?: unknown }): number | undefined {
  return looks === undefined ? undefined : MOST_HOLDERS_LOOKED_AT;
}

async function knownTotal(db: Db, appIds: readonly string[], entitlementIds: readonly string[]): Promise<number> {
  const which =
    entitlementIds.length === 0
      ? inApps('t.app_id', appIds)
      : sql`t.id in (${sql.join(entitlementIds)}) and ${inApps('t.app_id', appIds)}`;
  const { rows } = await sql<{ total: number }>`select ${grantsOf(which)} as total`.execute(db);
  return rows[0]?.total ?? 0;
}

/**
 * @returns `isFew` when they are found by accounts, and so are put into order afterwards; in `looks` what is seen only at the
 *   account and the entitlement of each
 */
export async function narrowed(
  db: Db,
  appIds: readonly string[],
  filters: Narrowed,
): Promise<{
  rows: SelectQueryBuilder<Tables, 'grants', GrantRow>;
  looks?: Expression<SqlBool>;
  isFew: boolean;
}> {
  const { query, appUserIds, entitlementIds, userIds = [] } = filters;
  const isOfOne = appUserIds.length + entitlementIds.length + userIds.length > 0;
  let rows = db.selectFrom('grants').selectAll('grants');
  if (!isOfOne) rows = rows.where(inApps('grants.app_id', appIds));
  // Whatever names an account or entitlement of these apps is of these apps.
  if (appUserIds.length > 0) {
    rows = rows.where(isOneOf('grants.account_id', await inTheseApps(db, 'accounts', appUserIds, appIds)));
  }
  if (userIds.length > 0) {
    rows = rows.where('grants.account_id', 'in', (where) =>
      where
        .selectFrom('accounts')
        .select('accounts.id')
        .where('accounts.owner_id', 'in', userIds)
        .where(inApps('accounts.app_id', appIds, true)),
    );
  }
  const isOfAccounts = appUserIds.length + userIds.length > 0;
  const words = found('t.search', query);
  const known = entitlementIds.length === 0 ? [] : await inTheseApps(db, 'entitlements', entitlementIds, appIds);
  if (words === undefined) {
    if (entitlementIds.length > 0) rows = rows.where(isOneOf('grants.entitlement_id', known));
    return { rows, isFew: isOfAccounts };
  }
  if (!isOfOne) {
    throw new BatonError(
      Code.InvalidArgument,
      'Grants are searched by words within accounts, people or entitlements. Name them in appUserIds, userIds or entitlementIds.',
    );
  }
  const named = (table: 'accounts' | 'entitlements', column: string) =>
    sql<SqlBool>`exists (select 1 from ${sql.table(table)} as t where t.id = ${sql.ref(column)} and ${words})`;
  const byAccount = named('accounts', 'grants.account_id');
  if (isOfAccounts) {
    if (entitlementIds.length > 0) rows = rows.where(isOneOf('grants.entitlement_id', known));
    return {
      rows,
      looks: sql<SqlBool>`(${named('entitlements', 'grants.entitlement_id')} or ${byAccount})`,
      isFew: true,
    };
  }
  const { rows: calledSo } = await sql<{ id: string }>`select t.id from entitlements as t
    where ${isOneOf('t.id', known)} and ${words}`.execute(db);
  const accountsFound = calledSo.length > 0 ? undefined : await namedSo(db, 'accounts', query);
  if (accountsFound !== undefined) {
    // By the accounts, of which there are fewer than holders of the entitlement.
    const entitlement =
      known.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(grants.entitlement_id || '') in (${sql.join(known)})`;
    return { rows: rows.where(entitlement).where(isAmong(db, 'grants.account_id', accountsFound)), isFew: true };
  }
  rows = rows.where(isOneOf('grants.entitlement_id', known));
  if (calledSo.length === known.length) return { rows, isFew: false };
  const ofThose = isOneOf(
    'grants.entitlement_id',
    calledSo.map(({ id }) => id),
  );
  return { rows, looks: sql<SqlBool>`(${ofThose} or ${byAccount})`, isFew: false };
}

/** Those of them that are in these apps. */
async function inTheseApps(
  db: Db,
  table: 'accounts' | 'entitlements',
  ids: readonly string[],
  appIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where(isOneOf('id', ids))
    .where(inApps('app_id', appIds, true))
    .execute();
  return rows.map(({ id }) => id);
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

export async function accountsById(db: Db, rows: readonly Pair[]) {
  const ids = [...new Set(rows.map((row) => row.account_id))];
  const found = await db
    .selectFrom('accounts')
    .select(['id', 'display_name', 'email', 'status', 'type', 'owner_id'])
    .where('id', 'in', ids)
    .execute();
  return new Map(found.map((account) => [account.id, account]));
}

export async function entitlementsById(db: Db, rows: readonly Pair[]) {
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

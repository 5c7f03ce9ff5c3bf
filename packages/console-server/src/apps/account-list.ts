import type { accountSorts, CheckedRequest } from '@baton-ts/console-api';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Actor } from '../domain/actor.ts';
import { riskRank } from '../domain/risk.ts';
import { ACCOUNT_FACET, type AccountFacet, facetsOf, readFacet } from '../store/account-facets.ts';
import { countsOf } from '../store/app-counts.ts';
import { isAll, isAmong, isOneOf } from '../store/conditions.ts';
import { type Page, type PageOptions, readPage } from '../store/paging.ts';
import { areParts, firstOfParts, type Parts } from '../store/parts.ts';
import { searchCandidates } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import { readSieved } from '../store/sieve.ts';
import type { Db } from '../store/store.ts';
import type { AccountRow } from './accounts.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { type SortColumns, sortingOf } from './lists.ts';

export type AccountSearch = CheckedRequest<'POST /api/v1/search/app_users'>['body'];
type Filters = Omit<AccountSearch, 'sort' | 'pageSize' | 'pageToken'>;

const sorts: SortColumns<(typeof accountSorts)[number]> = {
  what: 'Accounts',
  columns: {
    displayName: 'accounts.search',
    email: 'accounts.email',
    grantCount: 'accounts.grant_count',
    highestRisk: 'accounts.highest_risk',
    firstSeenAt: 'accounts.first_seen_ms',
  },
  usual: 'displayName',
  id: 'accounts.id',
};
/** More accounts of people who have left are looked for one by one. */
const MOST_LEFT = 1_000;

/**
 * A page costs the same however many accounts the filters pass over: few are read as a whole; what accounts are narrowed by
 * together is in one index (`account-facets.ts`); for the rest a page ends after so many that were looked at.
 */
export async function findAccounts(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: AccountSearch,
  actor: Actor,
): Promise<Page<AccountRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const candidates = await searchCandidates(db, 'accounts', filters.query);
  const options: PageOptions = {
    sorting: sortingOf(sorts, sort),
    request: { pageSize, pageToken },
    of: ['accounts', appIds, filters],
  };
  const few = { ...options, sorting: { ...options.sorting, isOfFew: true } };
  const all = accountsOf(db, appIds, filters.includeRemoved);
  if (candidates !== undefined || filters.userIds.length > 0) {
    const narrow = accountsOf(db, appIds, filters.includeRemoved, true).where(isAll(conditions(filters)));
    const rows = candidates === undefined ? narrow : narrow.where(isAmong(db, 'accounts.id', candidates));
    return await readPage(db, rows, few);
  }
  const query = all.where(isAll(conditions(filters)));
  const looks = lookedAt(filters);
  if (looks !== undefined && !filters.includeRemoved)
    return await readSieved(db, { rows: all, looks: isAll(conditions(filters)) }, options);

  const isInOrder = appIds.length < 2 || options.sorting.by === sorts.columns.displayName;
  if (!isNarrowed(filters) && isInOrder && !filters.includeRemoved) {
    const total = pageToken === '' ? await totalOf(db, appIds, (facet) => !facet.isRemoved) : undefined;
    return await readPage(db, query, { ...options, total });
  }
  const { parts, total } = await partsOf(db, appIds, filters, looks);
  const counting = { total, mostCounted: total === undefined ? pageSize : undefined };
  if (!areParts(parts)) return await readPage(db, query, { ...few, ...counting });
  return await readPage(db, query, { ...few, ...counting }, (start) =>
    db
      .selectFrom('accounts')
      .selectAll('accounts')
      .where(firstOfParts(db, parts, options.sorting, start, pageSize + 1)),
  );
}

function accountsOf(db: Db, appIds: readonly string[], includeRemoved: boolean, isFew = false) {
  const rows = db
    .selectFrom('accounts')
    .selectAll('accounts')
    .where(inApps('accounts.app_id', appIds, isFew));
  return includeRemoved ? rows : rows.where('accounts.removed_ms', 'is', null);
}

const ownerLeft = sql<SqlBool>`accounts.owner_id in (select people.id from people where people.status = 'DISABLED')`;

/** All filters but the app and what is gone. */
function conditions(filters: Filters): Expression<SqlBool>[] {
  const { userIds, statuses, types, highestRisks, owner, onlyExternal } = filters;
  const looks = lookedAt(filters);
  return [
    ...(looks === undefined ? [] : [looks]),
    ...(userIds.length > 0 ? [isOneOf('accounts.owner_id', userIds)] : []),
    ...(statuses.length > 0 ? [isOneOf('accounts.status', statuses)] : []),
    ...(types.length > 0 ? [isOneOf('accounts.type', types)] : []),
    ...(highestRisks.length > 0 ? [isOneOf('accounts.highest_risk', highestRisks.map(riskRank))] : []),
    ...(onlyExternal ? [sql<SqlBool>`accounts.is_external = 1`] : []),
    ...(owner === 'NONE' ? [sql<SqlBool>`accounts.owner_id is null`] : []),
    ...(owner === 'ORPHANED' ? [sql<SqlBool>`(accounts.owner_id is null or ${ownerLeft})`] : []),
  ];
}

/** What is seen only at the account itself. */
function lookedAt({ query, resourceTypeIds, domains }: Filters): Expression<SqlBool> | undefined {
  const words = found('accounts.search', query);
  const endings = domains.map((domain) => `%@${domain.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}`);
  const ofDomain = endings.map((ending) => sql<SqlBool>`lower(accounts.email) like ${ending} escape '\\'`);
  const looks = [
    ...(words === undefined ? [] : [words]),
    ...(resourceTypeIds.length > 0 ? [isOneOf('accounts.resource_type_id', resourceTypeIds)] : []),
    ...(ofDomain.length > 0 ? [sql<SqlBool>`(${sql.join(ofDomain, sql` or `)})`] : []),
  ];
  return looks.length === 0 ? undefined : isAll(looks);
}

function isNarrowed({ statuses, types, highestRisks, owner, onlyExternal }: Filters): boolean {
  return [statuses, types, highestRisks].some((list) => list.length > 0) || owner !== 'ANY' || onlyExternal;
}

function isOfFacet(facet: AccountFacet, filters: Filters): boolean {
  const allows = (list: readonly unknown[], value: unknown): boolean => list.length === 0 || list.includes(value);
  return (
    (filters.includeRemoved || !facet.isRemoved) &&
    allows(filters.statuses, facet.status) &&
    allows(filters.types, facet.type) &&
    allows(filters.highestRisks.map(riskRank), facet.highestRisk) &&
    (!filters.onlyExternal || facet.isExternal) &&
    (filters.owner !== 'NONE' || !facet.hasOwner)
  );
}

async function totalOf(db: Db, appIds: readonly string[], isWanted: (facet: AccountFacet) => boolean): Promise<number> {
  return (await countsOf(db, appIds)).accountsOf(isWanted);
}

/** What the list is made of, and how many there are where that is known. */
async function partsOf(
  db: Db,
  appIds: readonly string[],
  filters: Filters,
  looks: Expression<SqlBool> | undefined,
): Promise<{ parts: Parts; total: number | undefined }> {
  if (!isNarrowed(filters) && looks === undefined) {
    const others = appIds.flatMap((appId) =>
      (filters.includeRemoved ? ['is null', 'is not null'] : ['is null']).map(
        (gone) => sql<SqlBool>`accounts.app_id = ${appId} and accounts.removed_ms ${sql.raw(gone)}`,
      ),
    );
    const parts = { table: 'accounts', columns: [], values: [], others };
    return { parts, total: await totalOf(db, appIds, (facet) => isOfFacet(facet, filters)) };
  }
  const isOrphaned = filters.owner === 'ORPHANED';
  const left = isOrphaned && !filters.includeRemoved ? await countOfLeft(db, appIds, filters) : undefined;
  const isWanted = (facet: AccountFacet) =>
    isOfFacet(facet, filters) && !(isOrphaned && facet.hasOwner && left !== undefined);
  const facets = (await facetsOf(db, appIds)).filter(({ facet }) => isWanted(readFacet(facet)));
  const where = [
    ...(looks === undefined ? [] : [looks]),
    ...(isOrphaned && left === undefined ? [sql<SqlBool>`(accounts.owner_id is null or ${ownerLeft})`] : []),
  ];
  const parts: Parts = {
    table: 'accounts',
    columns: [sql.ref('accounts.app_id'), sql.raw(ACCOUNT_FACET)],
    values: facets.map(({ appId, facet }) => [appId, facet]),
    where: where.length === 0 ? undefined : isAll(where),
    others: left === undefined || left === 0 ? [] : [isAll(ofLeft(appIds, filters))],
  };
  if (where.length > 0) return { parts, total: undefined };
  return { parts, total: (await totalOf(db, appIds, isWanted)) + (left ?? 0) };
}

/** Whose owner has left. */
function ofLeft(appIds: readonly string[], filters: Filters): Expression<SqlBool>[] {
  const others = conditions({ ...filters, owner: 'ANY' });
  return [ownerLeft, sql<SqlBool>`accounts.removed_ms is null`, inApps('accounts.app_id', appIds, true), ...others];
}

/** @returns undefined when they are many */
async function countOfLeft(db: Db, appIds: readonly string[], filters: Filters): Promise<number | undefined> {
  const rows = await db
    .selectFrom('accounts')
    .select(sql`1`.as('one'))
    .where(isAll(ofLeft(appIds, filters)))
    .limit(MOST_LEFT + 1)
    .execute();
  return rows.length > MOST_LEFT ? undefined : rows.length;
}

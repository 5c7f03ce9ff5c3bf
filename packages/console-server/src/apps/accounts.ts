import type { Account, accountSorts, CheckedRequest } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Selectable, sql } from 'kysely';
import type { Actor } from '../domain/actor.ts';
import { riskLevelOf, riskRank } from '../domain/risk.ts';
import { countsOf } from '../store/app-counts.ts';
import { type Page, readPage } from '../store/paging.ts';
import { isAmong, searchCandidates } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { jsonObject, jsonTexts, type SortColumns, showSeen, sortingOf } from './lists.ts';
import { appNames } from './show-apps.ts';

export type AccountRow = Selectable<Tables['accounts']>;
export type AccountSearch = CheckedRequest<'POST /api/v1/search/app_users'>['body'];

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

export async function findAccounts(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: AccountSearch,
  actor: Actor,
): Promise<Page<AccountRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const candidates = await searchCandidates(db, filters.query);
  return await readPage(db, accountsQuery(db, appIds, filters, candidates), {
    sorting: { ...sortingOf(sorts, sort), isOfFew: candidates !== undefined },
    request: { pageSize, pageToken },
    of: ['accounts', appIds, filters],
    total: pageToken === '' ? await knownTotal(db, appIds, filters) : undefined,
  });
}

type Filters = Omit<AccountSearch, 'sort' | 'pageSize' | 'pageToken'>;

/** Of lists that are narrowed by nothing, or by one thing of which the number is kept. */
async function knownTotal(db: Db, appIds: readonly string[], filters: Filters): Promise<number | undefined> {
  const { query, owner, onlyExternal, includeRemoved, highestRisks, ...lists } = filters;
  const isNarrowed = Object.values(lists).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined,
  );
  if (query !== '' || includeRemoved || isNarrowed) return undefined;
  const narrowing = [owner !== 'ANY', onlyExternal, highestRisks.length > 0].filter(Boolean).length;
  if (narrowing > 1 || owner === 'ORPHANED') return undefined;
  const counts = await countsOf(db, appIds);
  if (owner === 'NONE') return counts.accountsWithoutOwner;
  if (onlyExternal) return counts.externalAccounts;
  if (highestRisks.length === 0) return counts.accounts;
  return [...new Set(highestRisks)].reduce((sum, level) => sum + counts.accountsOfRisk(riskRank(level)), 0);
}

function accountsQuery(db: Db, appIds: readonly string[], filters: Filters, candidates: readonly string[] | undefined) {
  const { query, userIds, statuses, types, resourceTypeIds, domains, highestRisks } = filters;
  let rows = db
    .selectFrom('accounts')
    .selectAll('accounts')
    .where(inApps('accounts.app_id', appIds, candidates !== undefined));
  if (!filters.includeRemoved) rows = rows.where('accounts.removed_ms', 'is', null);
  const words = found('accounts.search', query);
  if (words !== undefined) rows = rows.where(words);
  if (candidates !== undefined) rows = rows.where(isAmong(db, 'accounts.id', candidates));
  if (userIds.length > 0) rows = rows.where('accounts.owner_id', 'in', userIds);
  if (statuses.length > 0) rows = rows.where('accounts.status', 'in', statuses);
  if (types.length > 0) rows = rows.where('accounts.type', 'in', types);
  if (resourceTypeIds.length > 0) rows = rows.where('accounts.resource_type_id', 'in', resourceTypeIds);
  if (highestRisks.length > 0) rows = rows.where('accounts.highest_risk', 'in', highestRisks.map(riskRank));
  // As the condition of its index says it.
  if (filters.onlyExternal) rows = rows.where(sql<boolean>`accounts.is_external = 1`);
  if (domains.length > 0) {
    const endings = domains.map((domain) => `%@${domain.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}`);
    rows = rows.where((where) =>
      where.or(endings.map((ending) => sql<boolean>`lower(accounts.email) like ${ending} escape '\\'`)),
    );
  }
  if (filters.owner === 'NONE') rows = rows.where('accounts.owner_id', 'is', null);
  if (filters.owner === 'ORPHANED') {
    rows = rows.where((where) =>
      where.or([
        where('accounts.owner_id', 'is', null),
        where(
          'accounts.owner_id',
          'in',
          where.selectFrom('people').select('people.id').where('people.status', '=', 'DISABLED'),
        ),
      ]),
    );
  }
  return rows;
}

/** @throws BatonError `NotFound` when there is no such account in this app; whether the app may be seen is not asked */
export async function getAccount(db: Db, appId: string, accountId: string): Promise<AccountRow> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', accountId)
    .where('app_id', '=', appId)
    .executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `There is no account ${accountId} in this app.`);
  return row;
}

/** Accounts as an answer shows them. */
export async function showAccounts(db: Db, rows: readonly AccountRow[]): Promise<Account[]> {
  const [apps, owners] = await Promise.all([
    appNames(
      db,
      rows.map((row) => row.app_id),
    ),
    accountOwners(db, rows),
  ]);
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    appDisplayName: apps.get(row.app_id) ?? '',
    resourceTypeId: row.resource_type_id,
    externalId: row.external_id,
    displayName: row.display_name,
    email: row.email,
    username: row.username,
    status: row.status,
    statusDetails: row.status_details,
    type: row.type,
    typeIsManual: row.type_is_manual === 1,
    owner: owners.get(row.owner_id) ?? null,
    ownerSource: row.owner_source,
    isExternal: row.is_external === 1,
    highestRisk: riskLevelOf(row.highest_risk),
    grantCount: row.grant_count,
    riskCounts: {
      CRITICAL: row.critical_count,
      HIGH: row.high_count,
      MEDIUM: row.medium_count,
      LOW: row.low_count,
      UNRATED: row.unrated_count,
    },
    roles: jsonTexts(row.roles),
    profile: jsonObject(row.profile),
    ...showSeen(row),
  }));
}

/** Who owns them, by person. */
export async function accountOwners(
  db: Db,
  accounts: readonly Pick<AccountRow, 'owner_id'>[],
): Promise<ReadonlyMap<string | null, NonNullable<Account['owner']>>> {
  const ids = [...new Set(accounts.flatMap((account) => account.owner_id ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('people')
    .select(['id', 'display_name', 'email', 'status'])
    .where('id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, display_name, email, status }) => [id, { id, displayName: display_name, email, status }]),
  );
}

import type { CheckedRequest, Entitlement, entitlementSorts } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import { peopleById } from '../connectors/connector-rows.ts';
import { timeOrNull } from '../connectors/show-connector.ts';
import type { Actor } from '../domain/actor.ts';
import { riskLevelOf, riskRank } from '../domain/risk.ts';
import { isAll, isAmong, isOneOf } from '../store/conditions.ts';
import { type Page, type PageOptions, readPage } from '../store/paging.ts';
import { searchCandidates } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import { readSieved } from '../store/sieve.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { jsonTexts, type SortColumns, showSeen, sortingOf } from './lists.ts';
import { resourceNames, typeNameOf, typeNames } from './resources.ts';
import { appNames } from './show-apps.ts';
import { ownedBy, thingOwners } from './thing-owners.ts';

export type EntitlementRow = Selectable<Tables['entitlements']>;
/** Without the names that clients of C1 have for two of the filters. */
export type EntitlementSearch = Omit<
  CheckedRequest<'POST /api/v1/search/entitlements'>['body'],
  'riskLevelIds' | 'complianceFrameworkIds'
>;

export function entitlementSearchOf({
  riskLevelIds,
  complianceFrameworkIds,
  ...search
}: CheckedRequest<'POST /api/v1/search/entitlements'>['body']): EntitlementSearch {
  return {
    ...search,
    riskLevels: [...search.riskLevels, ...riskLevelIds],
    complianceFrameworks: [...search.complianceFrameworks, ...complianceFrameworkIds],
  };
}

const sorts: SortColumns<(typeof entitlementSorts)[number]> = {
  what: 'Entitlements',
  columns: {
    displayName: 'entitlements.search',
    riskLevel: 'entitlements.risk',
    grantCount: 'entitlements.grant_count',
  },
  usual: 'displayName',
  id: 'entitlements.id',
};

export async function findEntitlements(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: EntitlementSearch,
  actor: Actor,
): Promise<Page<EntitlementRow>> {
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const { query, resourceIds } = filters;
  const candidates = await searchCandidates(db, 'entitlements', query);
  const options: PageOptions = {
    sorting: sortingOf(sorts, sort),
    request: { pageSize, pageToken },
    of: ['entitlements', appIds, filters],
  };
  const narrowing = conditions(filters);
  const allOf = (isFew: boolean) => {
    const rows = db
      .selectFrom('entitlements')
      .selectAll('entitlements')
      .where(inApps('entitlements.app_id', appIds, isFew));
    return filters.includeRemoved ? rows : rows.where('entitlements.removed_ms', 'is', null);
  };
  const isOfOwners = filters.ownerIds.length > 0 && filters.owner === 'ANY';
  if (candidates !== undefined || resourceIds.length > 0 || isOfOwners) {
    const rows = allOf(true).where(isAll(narrowing));
    return await readPage(
      db,
      candidates === undefined ? rows : rows.where(isAmong(db, 'entitlements.id', candidates)),
      { ...options, sorting: { ...options.sorting, isOfFew: true } },
    );
  }
  const rows = allOf(false);
  if (narrowing.length === 0) return await readPage(db, rows, options);
  return await readSieved(db, { rows, looks: isAll(narrowing) }, options);
}

/** All filters but the app and what is gone. */
function conditions(filters: Omit<EntitlementSearch, 'sort' | 'pageSize' | 'pageToken'>): Expression<SqlBool>[] {
  const { query, resourceTypeIds, resourceIds, riskLevels, complianceFrameworks, held } = filters;
  const within = (column: string, values: readonly (string | number)[]) =>
    values.length === 0 ? [] : [isOneOf(column, values)];
  const members = complianceFrameworks.map(
    (framework) => `%${JSON.stringify(framework).replaceAll(/[\\%_]/g, '\\$&')}%`,
  );
  const inFrameworks = members.map((member) => sql`entitlements.frameworks like ${member} escape '\\'`);
  const words = found('entitlements.search', query);
  return [
    ...[words, ownedBy('entitlement', filters)].filter((it) => it !== undefined),
    ...within('entitlements.resource_type_id', resourceTypeIds),
    ...within('entitlements.resource_id', resourceIds),
    ...within('entitlements.risk', riskLevels.map(riskRank)),
    ...(held === 'ANY' ? [] : [sql<SqlBool>`entitlements.grant_count ${sql.raw(held === 'HELD' ? '>' : '=')} 0`]),
    ...(inFrameworks.length === 0 ? [] : [sql<SqlBool>`(${sql.join(inFrameworks, sql` or `)})`]),
  ];
}

/** @throws BatonError `NotFound` when there is no such entitlement in this app; whether the app may be seen is not asked */
export async function getEntitlement(db: Db, appId: string, entitlementId: string): Promise<EntitlementRow> {
  const row = await db
    .selectFrom('entitlements')
    .selectAll()
    .where('id', '=', entitlementId)
    .where('app_id', '=', appId)
    .executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `There is no entitlement ${entitlementId} in this app.`);
  return row;
}

/** Entitlements as an answer shows them. */
export async function showEntitlements(db: Db, rows: readonly EntitlementRow[]): Promise<Entitlement[]> {
  if (rows.length === 0) return [];
  const appIds = rows.map((row) => row.app_id);
  const [apps, resources, types, people, owners] = await Promise.all([
    appNames(db, appIds),
    resourceNames(
      db,
      rows.map((row) => row.resource_id),
    ),
    typeNames(db, appIds),
    peopleById(
      db,
      rows.map((row) => row.risk_set_by),
    ),
    thingOwners(
      db,
      'entitlement',
      rows.map((row) => row.id),
    ),
  ]);
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    appDisplayName: apps.get(row.app_id) ?? '',
    resourceId: row.resource_id,
    resourceDisplayName: resources.get(row.resource_id) ?? '',
    resourceTypeId: row.resource_type_id,
    resourceTypeDisplayName: typeNameOf(types, row),
    externalId: row.external_id,
    slug: row.slug,
    displayName: row.display_name,
    alias: row.alias,
    description: row.description,
    purpose: row.purpose,
    riskLevel: riskLevelOf(row.risk) ?? 'UNRATED',
    riskIsManual: row.manual_risk !== null,
    connectorRiskLevel: riskLevelOf(row.connector_risk) ?? 'UNRATED',
    riskSetBy: people.get(row.risk_set_by) ?? null,
    riskSetAt: timeOrNull(row.risk_set_ms),
    isUnknown: row.is_unknown === 1,
    complianceFrameworks: jsonTexts(row.frameworks),
    owners: owners.get(row.id) ?? [],
    grantCount: row.grant_count,
    isBuiltIn: row.is_built_in === 1,
    isImmutable: row.is_immutable === 1,
    ...showSeen(row),
  }));
}

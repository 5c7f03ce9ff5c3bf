import type { CheckedRequest, EndpointResponse, Resource, resourceSorts } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Actor } from '../domain/actor.ts';
import { type AppCounts, countsOf } from '../store/app-counts.ts';
import { isAll, isAmong, isOneOf } from '../store/conditions.ts';
import { type Page, type PageOptions, readPage } from '../store/paging.ts';
import { areParts, firstOfParts, type Parts } from '../store/parts.ts';
import { searchCandidates } from '../store/search-candidates.ts';
import { found } from '../store/search-text.ts';
import { readSieved } from '../store/sieve.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { inApps, visibleAppIds } from './app-rows.ts';
import { jsonObject, jsonTexts, type SortColumns, showSeen, sortingOf } from './lists.ts';
import { ownedBy, thingOwners } from './thing-owners.ts';

export type ResourceRow = Selectable<Tables['resources']>;
export type ResourceSearch = CheckedRequest<'POST /api/v1/search/app_resources'>['body'];

const sorts: SortColumns<(typeof resourceSorts)[number]> = {
  what: 'Resources',
  columns: { displayName: 'resources.search' },
  usual: 'displayName',
  id: 'resources.id',
};

export async function findResources(
  db: Db,
  { sort, pageSize, pageToken, ...filters }: ResourceSearch,
  actor: Actor,
): Promise<Page<ResourceRow>> {
  const { query, resourceTypeIds, includeRemoved } = filters;
  const appIds = await visibleAppIds(db, actor, filters.appIds);
  const candidates = await searchCandidates(db, 'resources', query);
  const allOf = (isFew: boolean) => {
    const rows = db
      .selectFrom('resources')
      .selectAll('resources')
      .where(inApps('resources.app_id', appIds, isFew));
    return includeRemoved ? rows : rows.where('resources.removed_ms', 'is', null);
  };
  // What is seen only at the resource itself.
  const looks = [found('resources.search', query), ownedBy('resource', filters)].filter((it) => it !== undefined);
  const ofTypes = resourceTypeIds.length === 0 ? [] : [isOneOf('resources.resource_type_id', resourceTypeIds)];
  const filter = isAll([...looks, ...ofTypes]);
  const options: PageOptions = {
    sorting: sortingOf(sorts, sort),
    request: { pageSize, pageToken },
    of: ['resources', appIds, filters],
  };
  const few = { ...options, sorting: { ...options.sorting, isOfFew: true } };
  if (candidates !== undefined) {
    return await readPage(
      db,
      allOf(true)
        .where(filter)
        .where(isAmong(db, 'resources.id', candidates)),
      few,
    );
  }
  if (filters.ownerIds.length > 0 && filters.owner === 'ANY') return await readPage(db, allOf(true).where(filter), few);
  if (looks.length > 0) return await readSieved(db, { rows: allOf(false), looks: filter }, options);

  const total =
    includeRemoved || pageToken !== '' ? undefined : countOf(await countsOf(db, appIds), new Set(resourceTypeIds));
  const all = allOf(false).where(filter);
  if (resourceTypeIds.length === 0) return await readPage(db, all, { ...options, total });
  const parts: Parts = {
    table: 'resources',
    columns: [sql.ref('resources.app_id'), sql.ref('resources.resource_type_id')],
    values: appIds.flatMap((appId) => [...new Set(resourceTypeIds)].map((type) => [appId, type])),
    where: includeRemoved ? undefined : sql<SqlBool>`resources.removed_ms is null`,
  };
  if (!areParts(parts)) return await readPage(db, all, { ...options, total });
  return await readPage(db, all, { ...few, total }, (start) =>
    db
      .selectFrom('resources')
      .selectAll('resources')
      .where(firstOfParts(db, parts, options.sorting, start, pageSize + 1)),
  );
}

function countOf(counts: AppCounts, types: ReadonlySet<string>): number {
  return types.size === 0 ? counts.resources : [...types].reduce((sum, type) => sum + counts.resourcesOfType(type), 0);
}

/** @throws BatonError `NotFound` when there is no such resource in this app; whether the app may be seen is not asked */
export async function getResource(db: Db, appId: string, resourceId: string): Promise<ResourceRow> {
  const row = await db
    .selectFrom('resources')
    .selectAll()
    .where('id', '=', resourceId)
    .where('app_id', '=', appId)
    .executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `There is no resource ${resourceId} in this app.`);
  return row;
}

/** Resources as an answer shows them. */
export async function showResources(db: Db, rows: readonly ResourceRow[]): Promise<Resource[]> {
  if (rows.length === 0) return [];
  const [types, parents, owners, held] = await Promise.all([
    typeNames(
      db,
      rows.map((row) => row.app_id),
    ),
    resourceNames(
      db,
      rows.flatMap((row) => row.parent_id ?? []),
    ),
    thingOwners(
      db,
      'resource',
      rows.map((row) => row.id),
    ),
    db
      .selectFrom('entitlements')
      .select('resource_id')
      .select(sql<number>`count(*)`.as('entitlements'))
      .select(sql<number>`cast(sum(grant_count) as bigint)`.as('grants'))
      .where(
        'resource_id',
        'in',
        rows.map((row) => row.id),
      )
      .where('removed_ms', 'is', null)
      .groupBy('resource_id')
      .execute(),
  ]);
  const counts = new Map(held.map((row) => [row.resource_id, row]));
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    resourceTypeId: row.resource_type_id,
    resourceTypeDisplayName: typeNameOf(types, row),
    externalId: row.external_id,
    displayName: row.display_name,
    customName: row.custom_name,
    description: row.description,
    owners: owners.get(row.id) ?? [],
    parent: row.parent_id === null ? null : { id: row.parent_id, displayName: parents.get(row.parent_id) ?? '' },
    status: row.status,
    entitlementCount: counts.get(row.id)?.entitlements ?? 0,
    grantCount: counts.get(row.id)?.grants ?? 0,
    profile: jsonObject(row.profile),
    ...showSeen(row),
  }));
}

/** The types of an app's resources, with as many of each as its lists have. */
export async function showResourceTypes(
  db: Db,
  appId: string,
): Promise<EndpointResponse<'GET /api/v1/apps/{app_id}/resource_types'>> {
  const [types, counts] = await Promise.all([
    db
      .selectFrom('resource_types')
      .selectAll()
      .where('app_id', '=', appId)
      .where('removed_ms', 'is', null)
      .orderBy('display_name')
      .orderBy('external_id')
      .execute(),
    countsOf(db, [appId]),
  ]);
  return {
    list: types.map(({ external_id, display_name, traits }) => ({
      id: external_id,
      displayName: display_name,
      traits: jsonTexts(traits),
      resourceCount: counts.resourcesOfType(external_id),
      entitlementCount: counts.entitlementsOfType(external_id),
    })),
  };
}

/** What resources are called here, by id. */
export async function resourceNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('resources')
    .select(['id', 'display_name', 'custom_name'])
    .where('id', 'in', wanted)
    .execute();
  return new Map(rows.map(({ id, display_name, custom_name }) => [id, custom_name || display_name]));
}

type TypeNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

export async function typeNames(db: Db, appIds: readonly string[]): Promise<TypeNames> {
  const rows = await db
    .selectFrom('resource_types')
    .select(['app_id', 'external_id', 'display_name'])
    .where('app_id', 'in', [...new Set(appIds)])
    .execute();
  const names = new Map<string, Map<string, string>>();
  for (const { app_id, external_id, display_name } of rows) {
    const ofApp = names.get(app_id) ?? new Map<string, string>();
    ofApp.set(external_id, display_name);
    names.set(app_id, ofApp);
  }
  return names;
}

export function typeNameOf(
  names: TypeNames,
  { app_id, resource_type_id }: { readonly app_id: string; readonly resource_type_id: string },
): string {
  return names.get(app_id)?.get(resource_type_id) ?? resource_type_id;
}

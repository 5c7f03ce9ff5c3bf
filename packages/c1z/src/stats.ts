import type { DatabaseSync } from 'node:sqlite';
import type { SyncStats } from './store.ts';

/** Counts the rows of one sync (`c1z-format.md §4.7`): every known type has a resource count, zeros included. */
export function countStats(db: DatabaseSync, syncId: string): SyncStats {
  const types = db.prepare('select external_id from v1_resource_types where sync_id = ? order by id').all(syncId);
  const typeIds = types.map((row) => String(row['external_id']));
  const resources = countByType(db, 'v1_resources', syncId);
  const entitlements = countByType(db, 'v1_entitlements', syncId);
  const grants = countByType(db, 'v1_grants', syncId);
  return {
    resourceTypes: typeIds.length,
    resources: sum(resources),
    entitlements: sum(entitlements),
    grants: sum(grants),
    resourcesByResourceType: Object.fromEntries(typeIds.map((id) => [id, resources.get(id) ?? 0])),
    entitlementsByResourceType: Object.fromEntries(entitlements),
    grantsByResourceType: Object.fromEntries(grants),
  };
}

/** One pass over the table: the index on the type would visit every row in the order of types, three times slower. */
function countByType(db: DatabaseSync, table: string, syncId: string): Map<string, number> {
  const rows = db
    .prepare(
      `select resource_type_id as type, count(*) as count from ${table} not indexed where sync_id = ? group by resource_type_id`,
    )
    .all(syncId);
  return new Map(rows.map((row) => [String(row['type']), Number(row['count'])]));
}

function sum(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((total, count) => total + count, 0);
}

/** The stored form: snake_case keys, plain numbers, nothing that is zero or empty. */
export function statsToJson(stats: SyncStats): string {
  const entries: [string, number | Readonly<Record<string, number>>][] = [
    ['resource_types', stats.resourceTypes],
    ['resources', stats.resources],
    ['entitlements', stats.entitlements],
    ['grants', stats.grants],
    ['resources_by_resource_type', stats.resourcesByResourceType],
    ['grants_by_resource_type', stats.grantsByResourceType],
    ['entitlements_by_resource_type', stats.entitlementsByResourceType],
  ];
  return JSON.stringify(
    Object.fromEntries(
      entries.filter(([, value]) => (typeof value === 'number' ? value !== 0 : Object.keys(value).length > 0)),
    ),
  );
}

/** Reads stored statistics; undefined when they are missing, malformed or without a resource type: count then. */
export function statsFromJson(text: string | null): SyncStats | undefined {
  if (text === null) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const number = (key: string): number => {
    const value = fields.get(key);
    return typeof value === 'number' ? value : 0;
  };
  const numbers = (key: string): Record<string, number> => {
    const value = fields.get(key);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  };
  if (number('resource_types') <= 0) return undefined;
  return {
    resourceTypes: number('resource_types'),
    resources: number('resources'),
    entitlements: number('entitlements'),
    grants: number('grants'),
    resourcesByResourceType: numbers('resources_by_resource_type'),
    entitlementsByResourceType: numbers('entitlements_by_resource_type'),
    grantsByResourceType: numbers('grants_by_resource_type'),
  };
}

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Finding, Report } from './finding.ts';
import { shown } from './rows.ts';
import { hasDemandedIndex } from './schema-checks.ts';

interface Reference {
  readonly rule: string;
  readonly source: string;
  readonly table: string;
  /** Columns that name the thing; asked once for each value, since many rows name the same. */
  readonly columns: readonly string[];
  /** A query that finds the thing by those columns and the sync. */
  readonly find: string;
  readonly what: string;
}

export const findResource =
  "select 1 from v1_resources where resource_type_id = ?1 and external_id = ?1 || ':' || ?2 and sync_id = ?3";
export const findEntitlement = 'select 1 from v1_entitlements where external_id = ?1 and sync_id = ?2';

const references: readonly Reference[] = [
  {
    rule: 'resource-type-missing',
    source: '§5.3',
    table: 'v1_resources',
    columns: ['resource_type_id'],
    find: 'select 1 from v1_resource_types where external_id = ?1 and sync_id = ?2',
    what: 'the resource type',
  },
  {
    rule: 'resource-parent-missing',
    source: '§7 writer 13',
    table: 'v1_resources',
    columns: ['parent_resource_type_id', 'parent_resource_id'],
    find: findResource,
    what: 'the parent',
  },
  {
    rule: 'entitlement-resource-missing',
    source: '§6 I7',
    table: 'v1_entitlements',
    columns: ['resource_type_id', 'resource_id'],
    find: findResource,
    what: 'the resource of the entitlement',
  },
];

/** What the rows of one whole sync name must be in it (`c1z-format.md §6` I7, §7 writer 13). Grants have a pass of their own. */
export function checkReferences(db: DatabaseSync, syncId: string, report: Report): void {
  for (const reference of references) {
    const { table, columns, find } = reference;
    const list = columns.join(', ');
    const named = db.prepare(`select distinct ${list} from ${table} where sync_id = ? and ${columns[0]} is not null`);
    const found = db.prepare(find);
    for (const row of named.iterate(syncId)) {
      const values = columns.map((column) => row[column] ?? null);
      if (found.get(...values, syncId) === undefined) reportRows(db, { syncId, report, reference, values });
    }
  }
}

interface Dangling {
  readonly syncId: string;
  readonly report: Report;
  readonly reference: Reference;
  readonly values: SQLOutputValue[];
}

function reportRows(db: DatabaseSync, { syncId, report, reference, values }: Dangling): void {
  const { rule, source, table, columns, what } = reference;
  const where = columns.map((column) => `${column} = ?`).join(' and ');
  const rows = db.prepare(`select id, external_id from ${table} where sync_id = ? and ${where}`);
  for (const row of rows.iterate(syncId, ...values)) {
    report({
      severity: 'error',
      rule,
      source: `c1z-format.md ${source}`,
      where: `${table} row ${shown(row['id'])} (${shown(row['external_id'])})`,
      syncId,
      message: `${what} ${values.join(' ')} is not in the sync`,
    });
  }
}

/** Ids are unique within a sync (`c1z-format.md §7` writer 13). Where the index demands it, it was checked. */
export function checkIds(db: DatabaseSync, syncId: string, report: Report): void {
  for (const [table, index] of Object.entries(idIndexes)) {
    if (!hasDemandedIndex(db, index))
      reportTwice(db, { syncId, report, table, columns: 'external_id', rule: 'id-twice' });
  }
}

const idIndexes: Readonly<Record<string, string>> = {
  v1_resource_types: 'idx_resource_types_external_sync_v1',
  v1_resources: 'idx_resources_parent_resource_id_v1',
  v1_entitlements: 'idx_entitlements_external_sync_v1',
  v1_grants: 'idx_grants_external_sync_v1',
};

/** Reports the rows of a sync that have the same in these columns. */
export function reportTwice(
  db: DatabaseSync,
  of: {
    readonly syncId: string;
    readonly report: Report;
    readonly table: string;
    readonly columns: string;
    readonly rule: 'id-twice' | 'grant-twice';
  },
): void {
  const { syncId, report, table, columns, rule } = of;
  const twice = db.prepare(
    `select ${columns}, group_concat(id, ', ') as ids from ${table} where sync_id = ? group by ${columns} having count(*) > 1`,
  );
  for (const { ids, ...values } of twice.iterate(syncId)) {
    report(twiceFinding({ syncId, table, rule, ids: shown(ids), name: Object.values(values).join(' ') }));
  }
}

export function twiceFinding(of: {
  readonly syncId: string;
  readonly table: string;
  readonly rule: 'id-twice' | 'grant-twice';
  readonly ids: string;
  readonly name: string;
}): Finding {
  const { syncId, table, rule, ids, name } = of;
  return {
    severity: 'error',
    rule,
    source: 'c1z-format.md §7 writer 13',
    where: `${table} rows ${ids}`,
    syncId,
    message: rule === 'id-twice' ? `the id “${name}” stands in several rows` : `the same is held twice: ${name}`,
  };
}

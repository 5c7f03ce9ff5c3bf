import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  ExternalResourceMatchAllSchema,
  ExternalResourceMatchIDSchema,
  ExternalResourceMatchSchema,
  GrantSchema,
  InsertResourceGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import type { Report } from './finding.ts';
import { shown } from './rows.ts';

interface Reference {
  readonly rule: string;
  readonly source: string;
  readonly table: string;
  /** Columns that name the thing; asked once for each value, since many rows name the same. */
  readonly columns: readonly string[];
  /** A query that finds the thing by those columns and the sync. */
  readonly find: string;
  readonly what: string;
  /** Rows with one of these annotations may name something that is not in the file. */
  readonly exempt?: readonly DescMessage[];
}

const resource = (type: string, id: string): Pick<Reference, 'columns' | 'find'> => ({
  columns: [type, id],
  find: "select 1 from v1_resources where resource_type_id = ?1 and external_id = ?1 || ':' || ?2 and sync_id = ?3",
});

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
    ...resource('parent_resource_type_id', 'parent_resource_id'),
    what: 'the parent',
  },
  {
    rule: 'entitlement-resource-missing',
    source: '§6 I7',
    table: 'v1_entitlements',
    ...resource('resource_type_id', 'resource_id'),
    what: 'the resource of the entitlement',
  },
  {
    rule: 'grant-resource-missing',
    source: '§6 I3',
    table: 'v1_grants',
    ...resource('resource_type_id', 'resource_id'),
    what: 'the resource of the entitlement',
  },
  {
    rule: 'grant-entitlement-missing',
    source: '§6 I8',
    table: 'v1_grants',
    columns: ['entitlement_id'],
    find: 'select 1 from v1_entitlements where external_id = ?1 and sync_id = ?2',
    what: 'the entitlement',
    exempt: [InsertResourceGrantsSchema],
  },
  {
    rule: 'grant-principal-missing',
    source: '§6 I9',
    table: 'v1_grants',
    ...resource('principal_resource_type_id', 'principal_resource_id'),
    what: 'the principal',
    exempt: [ExternalResourceMatchSchema, ExternalResourceMatchAllSchema, ExternalResourceMatchIDSchema],
  },
];

/** What the rows of one whole sync name must be in it (`c1z-format.md §6`, I3 and I7 to I9, and §7 writer 13). */
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
  const { rule, source, table, columns, what, exempt = [] } = reference;
  const where = columns.map((column) => `${column} = ?`).join(' and ');
  const rows = db.prepare(`select id, external_id, data from ${table} where sync_id = ? and ${where}`);
  for (const row of rows.iterate(syncId, ...values)) {
    if (isExempt(row['data'], exempt)) continue;
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

function isExempt(data: SQLOutputValue | undefined, exempt: readonly DescMessage[]): boolean {
  if (exempt.length === 0 || !(data instanceof Uint8Array)) return false;
  try {
    const { annotations } = fromBinary(GrantSchema, data);
    return exempt.some((schema) => hasAnnotation(annotations, schema));
  } catch {
    return false;
  }
}

/** Ids are unique within a sync, and nobody holds the same thing twice (`c1z-format.md §7` writer 13). */
export function checkDuplicates(db: DatabaseSync, syncId: string, report: Report): void {
  const groups: readonly (readonly [table: string, columns: string, rule: string])[] = [
    ['v1_resource_types', 'external_id', 'id-twice'],
    ['v1_resources', 'external_id', 'id-twice'],
    ['v1_entitlements', 'external_id', 'id-twice'],
    ['v1_grants', 'external_id', 'id-twice'],
    ['v1_grants', 'entitlement_id, principal_resource_type_id, principal_resource_id', 'grant-twice'],
  ];
  for (const [table, columns, rule] of groups) {
    const twice = db.prepare(
      `select ${columns}, group_concat(id, ', ') as ids from ${table} where sync_id = ? group by ${columns} having count(*) > 1`,
    );
    for (const { ids, ...values } of twice.iterate(syncId)) {
      const name = Object.values(values).join(' ');
      report({
        severity: 'error',
        rule,
        source: 'c1z-format.md §7 writer 13',
        where: `${table} rows ${shown(ids)}`,
        syncId,
        message: rule === 'id-twice' ? `the id “${name}” stands in several rows` : `the same is held twice: ${name}`,
      });
    }
  }
}

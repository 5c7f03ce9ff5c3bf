import type { DatabaseSync } from 'node:sqlite';

/** A column as `c1z-format.md §2.2` declares it. `added` ones came later: older files lack them. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly added?: boolean;
}

function text(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: 'text not null' }));
}

const data: Column = { name: 'data', type: 'blob not null' };
const syncColumns: Column[] = [
  { name: 'sync_id', type: 'text not null' },
  { name: 'discovered_at', type: 'datetime not null' },
];

/** All tables in the order in which they are created. Each also begins with `id integer primary key`. */
export const tables: Readonly<Record<string, readonly Column[]>> = {
  v1_resource_types: [...text('external_id'), data, ...syncColumns],
  v1_resources: [
    ...text('resource_type_id', 'external_id'),
    { name: 'parent_resource_type_id', type: 'text' },
    { name: 'parent_resource_id', type: 'text' },
    data,
    ...syncColumns,
  ],
  v1_entitlements: [...text('resource_type_id', 'resource_id', 'external_id'), data, ...syncColumns],
  v1_sync_runs: [
    { name: 'sync_id', type: 'text not null' },
    { name: 'started_at', type: 'datetime not null' },
    { name: 'ended_at', type: 'datetime' },
    { name: 'sync_token', type: 'text not null' },
    { name: 'sync_type', type: "text not null default 'full'", added: true },
    { name: 'parent_sync_id', type: "text not null default ''", added: true },
    { name: 'linked_sync_id', type: "text not null default ''", added: true },
    { name: 'supports_diff', type: 'integer not null default 0', added: true },
    { name: 'grants_backfilled', type: 'integer not null default 0', added: true },
    { name: 'stats', type: 'text', added: true },
    { name: 'ingest_invariant_generation', type: "text not null default ''", added: true },
    { name: 'ingest_invariant_coverage', type: "text not null default ''", added: true },
    { name: 'ingest_invariant_mode', type: "text not null default ''", added: true },
  ],
  v1_grants: [
    ...text('resource_type_id', 'resource_id', 'entitlement_id'),
    ...text('principal_resource_type_id', 'principal_resource_id', 'external_id'),
    { name: 'expansion', type: 'blob', added: true },
    { name: 'needs_expansion', type: 'integer not null default 0', added: true },
    data,
    ...syncColumns,
  ],
  v1_assets: [...text('external_id', 'content_type'), data, ...syncColumns],
  v1_connector_sessions: [...text('sync_id', 'key'), { name: 'value', type: 'blob not null' }],
};

interface Index {
  readonly table: string;
  /** The key columns, with the condition of a partial index. */
  readonly on: string;
  /** Columns of a unique index, which is the target of upserts. */
  readonly unique?: boolean;
}

/** All indexes by name (`c1z-format.md §2.3`); the names of two resource indexes are swapped in the format. */
export const indexes: Readonly<Record<string, Index>> = {
  idx_resource_types_external_sync_v1: { table: 'v1_resource_types', on: '(external_id, sync_id)', unique: true },
  idx_resources_resource_type_id_v1: { table: 'v1_resources', on: '(resource_type_id)' },
  idx_resources_external_sync_v1: { table: 'v1_resources', on: '(parent_resource_type_id, parent_resource_id)' },
  idx_resources_parent_resource_id_v1: { table: 'v1_resources', on: '(external_id, sync_id)', unique: true },
  idx_entitlements_resource_id_v1: { table: 'v1_entitlements', on: '(resource_type_id, resource_id)' },
  idx_entitlements_external_sync_v1: { table: 'v1_entitlements', on: '(external_id, sync_id)', unique: true },
  idx_grants_external_sync_v1: { table: 'v1_grants', on: '(external_id, sync_id)', unique: true },
  idx_grants_resource_type_id_resource_id_v1: { table: 'v1_grants', on: '(resource_type_id, resource_id)' },
  idx_grants_principal_id_v1: { table: 'v1_grants', on: '(principal_resource_type_id, principal_resource_id)' },
  idx_grants_entitlement_id_principal_id_v1: {
    table: 'v1_grants',
    on: '(entitlement_id, principal_resource_type_id, principal_resource_id)',
  },
  idx_grants_entitlement_sync_grant_v1: { table: 'v1_grants', on: '(entitlement_id, sync_id, id)' },
  idx_grants_sync_expansion_v1: { table: 'v1_grants', on: '(sync_id) where expansion is not null' },
  idx_grants_sync_needs_expansion_v1: { table: 'v1_grants', on: '(sync_id) where needs_expansion = 1' },
  idx_assets_external_sync_v1: { table: 'v1_assets', on: '(external_id, sync_id)', unique: true },
  idx_sync_runs_sync_id_v1: { table: 'v1_sync_runs', on: '(sync_id)', unique: true },
  idx_session_store_sync_key_v1: { table: 'v1_connector_sessions', on: '(sync_id, key)', unique: true },
};

/** Creates the tables that are missing and adds the columns that older writers did not know. */
export function createTables(db: DatabaseSync): void {
  for (const [table, columns] of Object.entries(tables)) {
    const declared = columns.map(({ name, type }) => `${name} ${type}`);
    db.exec(`create table if not exists ${table} (id integer primary key, ${declared.join(', ')})`);
    const present = columnNames(db, table);
    for (const { name, type, added } of columns) {
      if (added && !present.has(name)) db.exec(`alter table ${table} add column ${name} ${type}`);
    }
  }
}

/**
 * The columns that a table has, with their types in lower case; none when the table is missing.
 *
 * @param file the name of an attached database
 */
export function columnTypes(db: DatabaseSync, table: string, file = 'main'): Map<string, string> {
  return new Map(
    db
      .prepare('select name, type from pragma_table_info(?, ?)')
      .all(table, file)
      .map((row) => [String(row['name']), String(row['type']).toLowerCase()]),
  );
}

export function columnNames(db: DatabaseSync, table: string, file = 'main'): Set<string> {
  return new Set(columnTypes(db, table, file).keys());
}

/** Creates the indexes that are missing. Rows that a unique index forbids are resolved first: the last one stays. */
export function createIndexes(db: DatabaseSync, table?: string): void {
  for (const [name, index] of Object.entries(indexes)) {
    if ((table !== undefined && index.table !== table) || hasIndex(db, name)) continue;
    if (index.unique !== true) {
      db.exec(`create index if not exists ${name} on ${index.table} ${index.on}`);
      continue;
    }
    const create = `create unique index if not exists ${name} on ${index.table} ${index.on}`;
    try {
      db.exec(create);
    } catch (error) {
      if (!isConstraint(error)) throw error;
      const key = index.on.slice(1, -1);
      db.exec(`delete from ${index.table} where id not in (select max(id) from ${index.table} group by ${key})`);
      db.exec(create);
    }
  }
}

/** Rows go in about twice as fast without indexes; `createIndexes` makes them again. */
export function dropGrantIndexes(db: DatabaseSync): void {
  for (const [name, { table }] of Object.entries(indexes)) {
    if (table === 'v1_grants') db.exec(`drop index if exists ${name}`);
  }
}

function hasIndex(db: DatabaseSync, name: string): boolean {
  return db.prepare("select 1 from sqlite_master where type = 'index' and name = ?").get(name) !== undefined;
}

const SQLITE_CONSTRAINT = 19;

function isConstraint(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_CONSTRAINT;
}

import type { SQLOutputValue } from 'node:sqlite';
import {
  type Entitlement,
  EntitlementSchema,
  type Grant,
  GrantSchema,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import type { Connection } from './database.ts';
import type { RowKinds } from './differences.ts';
import { attachExpansion } from './grant-encoding.ts';
import { columnNames } from './schema.ts';
import { countStats, statsFromJson } from './stats.ts';
import type { GrantKey, GrantOptions, GrantRef, RowPage, StoredRow, SyncReader, SyncRun, SyncStats } from './store.ts';
import { wireFields } from './wire-fields.ts';

/** The most rows a page holds, and the default (`c1z-format.md §4.5`). */
const PAGE_ROWS = 10_000;

type Row = Record<string, SQLOutputValue>;
/** A row of which only the id and the message matter. */
type Blob = Readonly<Record<string, unknown>>;
type Filter = readonly [condition: string, value: string];

/** Reads the rows of one sync from an open database. */
export class StoredSync implements SyncReader {
  readonly run: SyncRun;
  protected readonly connection: Connection;
  /** The column, which files of older writers lack. */
  readonly #expansion: string;
  readonly #grantColumns: string;

  constructor(connection: Connection, run: SyncRun) {
    this.connection = connection;
    this.run = run;
    this.#expansion = columnNames(connection.db, 'v1_grants').has('expansion') ? 'expansion' : 'null';
    this.#grantColumns = `id, external_id, entitlement_id, resource_type_id, resource_id, principal_resource_type_id, principal_resource_id, ${this.#expansion} as expansion, data`;
  }

  resourceTypes(): ResourceType[] {
    return this.connection
      .statement('select external_id, data from v1_resource_types where sync_id = ? order by id')
      .all(this.run.syncId)
      .map((row) => decode(ResourceTypeSchema, row, 'resource type'));
  }

  resourceType(id: string): ResourceType | undefined {
    const row = this.#byId('v1_resource_types', 'external_id, data', id);
    return row === undefined ? undefined : decode(ResourceTypeSchema, row, 'resource type');
  }

  resources(options: { resourceTypeId?: string; cursor?: number; limit?: number }): RowPage<Resource> {
    const filters: Filter[] =
      options.resourceTypeId === undefined ? [] : [['resource_type_id = ?', options.resourceTypeId]];
    return this.#page('v1_resources', 'id, external_id, data', filters, options, (row) =>
      decode(ResourceSchema, row, 'resource'),
    );
  }

  resource(id: { resourceType: string; resource: string }): Resource | undefined {
    const row = this.#byId('v1_resources', 'external_id, data', `${id.resourceType}:${id.resource}`);
    return row === undefined ? undefined : decode(ResourceSchema, row, 'resource');
  }

  resourcesNamed(
    ids: readonly { readonly resourceType: string; readonly resource: string }[],
  ): ReadonlyMap<string, Resource> {
    const keys = JSON.stringify(ids.map(({ resourceType, resource }) => `${resourceType}:${resource}`));
    const rows = this.connection
      .statement(
        `select external_id, data, max(id) from v1_resources
         where external_id in (select value from json_each(?)) and sync_id = ? group by external_id`,
      )
      .all(keys, this.run.syncId);
    return new Map(rows.map((row) => [String(row['external_id']), decode(ResourceSchema, row, 'resource')]));
  }

  entitlements(options: {
    resourceTypeId?: string;
    resource?: { resourceType: string; resource: string };
    cursor?: number;
    limit?: number;
  }): RowPage<Entitlement> {
    const filters = [...ofType(options.resourceTypeId), ...ofResource(options.resource)];
    return this.#page('v1_entitlements', 'id, external_id, data', filters, options, (row) =>
      decode(EntitlementSchema, row, 'entitlement'),
    );
  }

  entitlement(id: string): Entitlement | undefined {
    const row = this.#byId('v1_entitlements', 'external_id, data', id);
    return row === undefined ? undefined : decode(EntitlementSchema, row, 'entitlement');
  }

  grants(options: GrantOptions): RowPage<Grant> {
    return this.#grantPage(options, toGrant);
  }

  grantRefs(options: GrantOptions): RowPage<GrantRef> {
    return this.#grantPage(options, (row) => ({
      id: String(row['external_id']),
      entitlementId: String(row['entitlement_id']),
      resource: { resourceType: String(row['resource_type_id']), resource: String(row['resource_id']) },
      principal: {
        resourceType: String(row['principal_resource_type_id']),
        resource: String(row['principal_resource_id']),
      },
      saysMore: () => saysMore(row),
      read: () => toGrant(row),
    }));
  }

  grant(id: string): Grant | undefined {
    const row = this.#byId('v1_grants', this.#grantColumns, id);
    return row === undefined ? undefined : toGrant(row);
  }

  *grantKeys(): Generator<GrantKey> {
    const statement = this.connection.db.prepare(
      `select entitlement_id, resource_type_id, resource_id, principal_resource_type_id, principal_resource_id
       from v1_grants where sync_id = ? order by id`,
    );
    statement.setReturnArrays(true);
    const rows: Iterable<unknown> = statement.iterate(this.run.syncId);
    for (const row of rows) {
      if (!Array.isArray(row)) continue;
      yield {
        entitlementId: String(row[0]),
        resource: { resourceType: String(row[1]), resource: String(row[2]) },
        principal: { resourceType: String(row[3]), resource: String(row[4]) },
      };
    }
  }

  *principals(options: {
    entitlementId?: string;
    resource?: { resourceType: string; resource: string };
  }): Generator<{ resourceType: string; resource: string }> {
    const filters = [...ofEntitlement(options.entitlementId), ...ofResource(options.resource)];
    const where = ['sync_id = ?', ...filters.map(([condition]) => condition)].join(' and ');
    // A statement of its own: the caller runs others while it goes through the rows.
    const statement = this.connection.db.prepare(
      `select principal_resource_type_id as type, principal_resource_id as id from v1_grants where ${where}
       group by principal_resource_type_id, principal_resource_id order by min(v1_grants.id)`,
    );
    for (const row of statement.iterate(this.run.syncId, ...filters.map(([, value]) => value))) {
      yield { resourceType: String(row['type']), resource: String(row['id']) };
    }
  }

  *heldBy(principal: {
    resourceType: string;
    resource: string;
  }): Generator<{ entitlementId: string; resource: { resourceType: string; resource: string } }> {
    const statement = this.connection.db.prepare(
      `select distinct resource_type_id, resource_id, entitlement_id from v1_grants
       where principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ?
       order by resource_type_id, resource_id, entitlement_id`,
    );
    for (const row of statement.iterate(principal.resourceType, principal.resource, this.run.syncId)) {
      yield {
        entitlementId: String(row['entitlement_id']),
        resource: { resourceType: String(row['resource_type_id']), resource: String(row['resource_id']) },
      };
    }
  }

  *storedRows<Kind extends keyof RowKinds>(kind: Kind): Generator<StoredRow<RowKinds[Kind]>, undefined> {
    const statement = this.connection.db.prepare(
      `select ${this.#storedColumns(kind)} from v1_${kind} where sync_id = ? order by id`,
    );
    statement.setReturnArrays(true);
    const rows: Iterable<unknown> = statement.iterate(this.run.syncId);
    for (const row of rows) yield this.#storedRow(kind, row);
    return undefined;
  }

  storedGrantsOf({ resourceType, resource }: { resourceType: string; resource: string }): StoredRow<Grant>[] {
    const statement = this.connection.statement(
      `select ${this.#storedColumns('grants')} from v1_grants
       where principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ? order by id`,
    );
    statement.setReturnArrays(true);
    const rows: readonly unknown[] = statement.all(resourceType, resource, this.run.syncId);
    return rows.map((row) => this.#storedRow('grants', row));
  }

  storedRow<Kind extends keyof RowKinds>(kind: Kind, id: string): StoredRow<RowKinds[Kind]> | undefined {
    const sql = `select ${this.#storedColumns(kind)} from v1_${kind} where external_id = ? and sync_id = ? order by id desc limit 1`;
    const statement = this.connection.statement(sql);
    statement.setReturnArrays(true);
    const row: unknown = statement.get(id, this.run.syncId);
    return row === undefined ? undefined : this.#storedRow(kind, row);
  }

  #storedColumns(kind: keyof RowKinds): string {
    return `id, external_id, data, ${kind === 'grants' ? this.#expansion : 'null'}`;
  }

  #storedRow<Kind extends keyof RowKinds>(kind: Kind, row: unknown): StoredRow<RowKinds[Kind]> {
    const [rowId, id, data, expansion]: unknown[] = Array.isArray(row) ? row : [];
    return {
      id: String(id),
      rowId: Number(rowId),
      data: data instanceof Uint8Array ? data : new Uint8Array(),
      expansion: expansion instanceof Uint8Array ? expansion : null,
      read: () => this.#readers[kind](String(id), data, expansion),
    };
  }

  readonly #readers: {
    readonly [Kind in keyof RowKinds]: (id: string, data: unknown, expansion: unknown) => RowKinds[Kind];
  } = {
    resources: (id, data) => decode(ResourceSchema, { external_id: id, data: data }, 'resource'),
    entitlements: (id, data) => decode(EntitlementSchema, { external_id: id, data: data }, 'entitlement'),
    grants: (id, data, expansion) => {
      const grant = decode(GrantSchema, { external_id: id, data }, 'grant');
      // A slim one needs its other columns too.
      if (grant.entitlement === undefined || grant.principal === undefined) return this.grant(id) ?? grant;
      return withExpansion(grant, expansion);
    },
  };

  stats(): SyncStats {
    const hasStats = columnNames(this.connection.db, 'v1_sync_runs').has('stats');
    const row = hasStats
      ? this.connection.statement('select stats from v1_sync_runs where sync_id = ?').get(this.run.syncId)
      : undefined;
    const stored = row?.['stats'];
    const trusted = typeof stored === 'string' ? statsFromJson(stored) : undefined;
    return trusted ?? countStats(this.connection.db, this.run.syncId);
  }

  #grantPage<T>(options: GrantOptions, read: (row: Row) => T): RowPage<T> {
    const filters = [
      ...ofEntitlement(options.entitlementId),
      ...ofType(options.resourceTypeId),
      ...ofResource(options.resource),
      ...ofPrincipal(options.principal),
    ];
    return this.#page('v1_grants', this.#grantColumns, filters, options, read);
  }

  #page<T>(
    table: string,
    columns: string,
    filters: readonly Filter[],
    { cursor = 0, limit = PAGE_ROWS }: { cursor?: number; limit?: number },
    read: (row: Row) => T,
  ): RowPage<T> {
    const pageRows = Math.max(1, Math.min(limit, PAGE_ROWS));
    const where = ['sync_id = ?', 'id > ?', ...filters.map(([condition]) => condition)].join(' and ');
    // One row more than the page tells whether there is another page.
    const rows = this.connection
      .statement(`select ${columns} from ${table} where ${where} order by id limit ?`)
      .all(this.run.syncId, cursor, ...filters.map(([, value]) => value), pageRows + 1);
    const page = rows.slice(0, pageRows);
    const last = page.at(-1);
    return {
      rows: page.map(read),
      next: rows.length > pageRows && last !== undefined ? Number(last['id']) : undefined,
    };
  }

  #byId(table: string, columns: string, id: string): Row | undefined {
    return this.connection
      .statement(`select ${columns} from ${table} where external_id = ? and sync_id = ? order by id desc limit 1`)
      .get(id, this.run.syncId);
  }
}

function ofEntitlement(id: string | undefined): Filter[] {
  return id === undefined ? [] : [['entitlement_id = ?', id]];
}

/**
 * The plus keeps SQLite from the index on the type: its rows come in the order of resources, so that every page would sort
 * all that are left.
 */
function ofType(id: string | undefined): Filter[] {
  return id === undefined ? [] : [['+resource_type_id = ?', id]];
}

function ofResource(resource: { resourceType: string; resource: string } | undefined): Filter[] {
  if (resource === undefined) return [];
  return [
    ['resource_type_id = ?', resource.resourceType],
    ['resource_id = ?', resource.resource],
  ];
}

function ofPrincipal(principal: { resourceType: string; resource: string } | undefined): Filter[] {
  if (principal === undefined) return [];
  return [
    ['principal_resource_type_id = ?', principal.resourceType],
    ['principal_resource_id = ?', principal.resource],
  ];
}

function decode<Desc extends DescMessage>(schema: Desc, row: Blob, kind: string): MessageShape<Desc> {
  const data = row['data'];
  try {
    if (data instanceof Uint8Array) return fromBinary(schema, data);
  } catch (error) {
    throw damaged(kind, row, error);
  }
  throw damaged(kind, row, undefined);
}

function damaged(kind: string, row: Blob, cause: unknown): BatonError {
  const id = String(row['external_id']);
  return new BatonError(Code.DataLoss, `the stored ${kind} “${id}” cannot be read; sync again into a new file`, {
    cause,
  });
}

/** Whether a grant has more than the ids that stand in its columns; bytes that cannot be walked over are for the decoder. */
function saysMore({ data, expansion }: Row): boolean {
  if (!(data instanceof Uint8Array) || (expansion instanceof Uint8Array && expansion.length > 0)) return true;
  return wireFields(data)?.some(({ number }) => number > GrantSchema.field.id.number) ?? true;
}

/** Rebuilds slim grants from their columns (`c1z-format.md §3.1`) and puts `GrantExpandable` back. */
function toGrant(row: Row): Grant {
  const grant = decode(GrantSchema, row, 'grant');
  grant.entitlement ??= create(EntitlementSchema, {
    id: String(row['entitlement_id']),
    resource: { id: { resourceType: String(row['resource_type_id']), resource: String(row['resource_id']) } },
  });
  grant.principal ??= create(ResourceSchema, {
    id: {
      resourceType: String(row['principal_resource_type_id']),
      resource: String(row['principal_resource_id']),
    },
  });
  if (grant.id === '') grant.id = String(row['external_id']);
  return withExpansion(grant, row['expansion']);
}

function withExpansion(grant: Grant, expansion: unknown): Grant {
  if (expansion instanceof Uint8Array && expansion.length > 0) attachExpansion(grant, expansion);
  return grant;
}

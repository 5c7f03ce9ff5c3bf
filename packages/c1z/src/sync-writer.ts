import type { StatementSync } from 'node:sqlite';
import {
  type Entitlement,
  EntitlementSchema,
  type Grant,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Connection, WRITING } from './database.ts';
import { fileError } from './file-errors.ts';
import { GrantEncoder } from './grant-encoding.ts';
import type { SyncRun, SyncWriter } from './store.ts';
import { StoredSync } from './sync-reader.ts';
import { formatTime } from './times.ts';

const PUT_RESOURCE_TYPE = `insert into v1_resource_types (external_id, data, sync_id, discovered_at) values (?, ?, ?, ?)
  on conflict (external_id, sync_id) do update set data = excluded.data, discovered_at = excluded.discovered_at`;

const PUT_RESOURCE = `insert into v1_resources
  (resource_type_id, external_id, parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at)
  values (?, ?, ?, ?, ?, ?, ?)
  on conflict (external_id, sync_id) do update set resource_type_id = excluded.resource_type_id,
  parent_resource_type_id = excluded.parent_resource_type_id, parent_resource_id = excluded.parent_resource_id,
  data = excluded.data, discovered_at = excluded.discovered_at`;

const PUT_ENTITLEMENT = `insert into v1_entitlements
  (resource_type_id, resource_id, external_id, data, sync_id, discovered_at) values (?, ?, ?, ?, ?, ?)
  on conflict (external_id, sync_id) do update set resource_type_id = excluded.resource_type_id,
  resource_id = excluded.resource_id, data = excluded.data, discovered_at = excluded.discovered_at`;

const INSERT_GRANT = `insert into v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
  principal_resource_id, external_id, expansion, needs_expansion, data, sync_id, discovered_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const PUT_SESSION = `insert into v1_connector_sessions (sync_id, key, value) values (?, ?, ?)
  on conflict (sync_id, key) do update set value = excluded.value`;

const HAS_GRANT_INDEX = "select 1 from sqlite_master where type = 'index' and name = 'idx_grants_external_sync_v1'";

/** `needs_expansion` is set when the expansion appeared or changed, and cleared when it is gone (`§2.5`). */
const UPSERT_GRANT = `${INSERT_GRANT}
  on conflict (external_id, sync_id) do update set resource_type_id = excluded.resource_type_id,
  resource_id = excluded.resource_id, entitlement_id = excluded.entitlement_id,
  principal_resource_type_id = excluded.principal_resource_type_id,
  principal_resource_id = excluded.principal_resource_id, expansion = excluded.expansion,
  needs_expansion = case when excluded.expansion is null then 0
    when v1_grants.expansion is null or v1_grants.expansion <> excluded.expansion then 1
    else v1_grants.needs_expansion end,
  data = excluded.data, discovered_at = excluded.discovered_at`;

/** Writes the rows of one unfinished sync. */
export class OpenSync extends StoredSync implements SyncWriter {
  readonly #grants = new GrantEncoder();
  readonly #buildIndexes: () => Promise<void>;
  readonly #changed: () => void;
  #finished = false;
  /** After a failed write a checkpoint would claim rows that are not there: everything further is refused. */
  #failure: BatonError | undefined;

  constructor(
    connection: Connection,
    run: SyncRun,
    hooks: { readonly buildIndexes: () => Promise<void>; readonly changed: () => void },
  ) {
    super(connection, run);
    this.#buildIndexes = hooks.buildIndexes;
    this.#changed = hooks.changed;
  }

  putResourceTypes(rows: readonly ResourceType[]): void {
    const now = formatTime(new Date());
    this.#write(PUT_RESOURCE_TYPE, (put) => {
      for (const row of rows) put.run(row.id, encode(ResourceTypeSchema, row), this.run.syncId, now);
    });
  }

  putResources(rows: readonly Resource[]): void {
    const now = formatTime(new Date());
    this.#write(PUT_RESOURCE, (put) => {
      for (const row of rows) {
        const type = row.id?.resourceType ?? '';
        const parent = row.parentResourceId;
        const data = encode(ResourceSchema, row);
        const id = `${type}:${row.id?.resource ?? ''}`;
        put.run(type, id, parent?.resourceType ?? null, parent?.resource ?? null, data, this.run.syncId, now);
      }
    });
  }

  putEntitlements(rows: readonly Entitlement[]): void {
    const now = formatTime(new Date());
    this.#write(PUT_ENTITLEMENT, (put) => {
      for (const row of rows) {
        const on = row.resource?.id;
        const data = encode(EntitlementSchema, row);
        put.run(on?.resourceType ?? '', on?.resource ?? '', row.id, data, this.run.syncId, now);
      }
    });
  }

  putGrants(rows: readonly Grant[]): void {
    const now = formatTime(new Date());
    // While the unique index is away rows only go in; building it keeps the last row of each id.
    const indexed = this.connection.statement(HAS_GRANT_INDEX).get() !== undefined;
    this.#write(indexed ? UPSERT_GRANT : INSERT_GRANT, (put) => {
      for (const grant of rows) {
        const row = this.#grants.row(grant);
        put.run(
          row.resourceTypeId,
          row.resourceId,
          row.entitlementId,
          row.principalResourceTypeId,
          row.principalResourceId,
          row.externalId,
          row.expansion,
          row.expansion === null ? 0 : 1,
          row.data,
          this.run.syncId,
          now,
        );
      }
    });
  }

  deleteGrants(ids: readonly string[]): void {
    this.#write('delete from v1_grants where external_id = ? and sync_id = ?', (remove) => {
      for (const id of ids) remove.run(id, this.run.syncId);
    });
  }

  checkpoint(syncToken: string): void {
    this.#write('update v1_sync_runs set sync_token = ? where sync_id = ?', (update) => {
      update.run(syncToken, this.run.syncId);
      this.connection.commit();
    });
  }

  sessionGet(key: string): string | undefined {
    const row = this.connection
      .statement('select value from v1_connector_sessions where sync_id = ? and key = ?')
      .get(this.run.syncId, key);
    return row === undefined ? undefined : sessionText(row['value']);
  }

  sessionSet(key: string, value: string): void {
    this.#write(PUT_SESSION, (put) => put.run(this.run.syncId, key, Buffer.from(value)));
  }

  *sessionEntries(prefix: string): IterableIterator<readonly [key: string, value: string]> {
    const rows = this.connection
      .statement(
        'select key, value from v1_connector_sessions where sync_id = ? and substr(key, 1, ?) = ? order by key',
      )
      .all(this.run.syncId, [...prefix].length, prefix);
    for (const row of rows) yield [String(row['key']), sessionText(row['value'])];
  }

  async buildIndexes(): Promise<void> {
    this.requireOpen();
    this.connection.commit();
    this.#changed();
    await this.#buildIndexes();
  }

  markSupportsDiff(): void {
    this.#write('update v1_sync_runs set supports_diff = 1 where sync_id = ?', (update) => update.run(this.run.syncId));
  }

  /** After this every further put is refused. */
  seal(): void {
    this.#finished = true;
  }

  #write(sql: string, run: (statement: StatementSync) => void): void {
    this.requireOpen();
    this.#changed();
    try {
      this.connection.begin();
      run(this.connection.statement(sql));
    } catch (error) {
      this.#failure = fileError(error, WRITING);
      throw this.#failure;
    }
  }

  /** Throws when this sync is finished or a write to it failed. */
  requireOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#finished) throw new BatonError(Code.FailedPrecondition, `the sync ${this.run.syncId} is finished`);
  }
}

function sessionText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

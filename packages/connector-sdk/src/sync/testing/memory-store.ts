import type { C1zStore, SyncReader, SyncRun, SyncStats, SyncType, SyncWriter } from '@baton-ts/c1z';
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
import { fromBinary, toBinary } from '@bufbuild/protobuf';

interface Rows {
  types: Map<string, Uint8Array>;
  resources: Map<string, Uint8Array>;
  entitlements: Map<string, Uint8Array>;
  grants: Map<string, Uint8Array>;
  session: Map<string, string>;
  token: string;
}

interface Stored {
  run: { syncId: string; syncType: SyncType; parentSyncId: string; startedAt: Date; endedAt: Date | undefined };
  /** As of the last checkpoint: what a killed process leaves. */
  saved: Rows;
  coverage: readonly string[];
}

/** A store in memory whose `reopen` keeps what a killed process would have left: all up to the last checkpoint. */
export class MemoryStore implements C1zStore {
  readonly path = 'memory';
  readonly syncs: Stored[];
  isDead = false;

  constructor(syncs: Stored[] = []) {
    this.syncs = syncs;
  }

  /** As after SIGKILL: what was not in a checkpoint is gone, and this store saves nothing any more. */
  kill(): MemoryStore {
    this.isDead = true;
    return new MemoryStore(this.syncs);
  }

  runs(): SyncRun[] {
    return this.syncs.map((sync) => ({ ...sync.run, syncToken: sync.saved.token }));
  }

  latestFinished(): SyncReader | undefined {
    const sync = this.syncs.findLast(({ run }) => run.endedAt && run.syncType === 'full');
    return sync && new MemoryWriter(sync, this);
  }

  startSync(options: { syncType: SyncType; parentSyncId?: string }): SyncWriter {
    const sync: Stored = {
      run: {
        syncId: `sync-${this.syncs.length}`,
        syncType: options.syncType,
        parentSyncId: options.parentSyncId ?? '',
        startedAt: new Date(),
        endedAt: undefined,
      },
      saved: {
        types: new Map(),
        resources: new Map(),
        entitlements: new Map(),
        grants: new Map(),
        session: new Map(),
        token: '',
      },
      coverage: [],
    };
    this.syncs.push(sync);
    return new MemoryWriter(sync, this);
  }

  resumableSync(syncType: SyncType): SyncWriter | undefined {
    const sync = this.syncs.findLast(({ run }) => !run.endedAt && run.syncType === syncType);
    return sync && new MemoryWriter(sync, this);
  }

  async finishSync(
    writer: SyncWriter,
    options: { syncToken: string; keepSyncCount?: number; invariantCoverage?: readonly string[] },
  ): Promise<SyncStats> {
    writer.checkpoint(options.syncToken);
    const sync = this.syncs.find(({ run }) => run.syncId === writer.run.syncId);
    if (sync) {
      sync.run.endedAt = new Date();
      sync.coverage = options.invariantCoverage ?? [];
    }
    return writer.stats();
  }

  async close(): Promise<void> {}
  async discard(): Promise<void> {}
}

class MemoryWriter implements SyncWriter {
  readonly #sync: Stored;
  readonly #rows: Rows;
  readonly #store: MemoryStore;
  /** Grant ids by entitlement, then by principal. */
  readonly #grantIds = new Map<string, Map<string, string>>();

  constructor(sync: Stored, store: MemoryStore) {
    this.#sync = sync;
    this.#store = store;
    this.#rows = copy(sync.saved);
    for (const row of this.#rows.grants.values()) this.#index(fromBinary(GrantSchema, row));
  }

  #index(row: Grant): void {
    const entitlementId = row.entitlement?.id ?? '';
    const ids = this.#grantIds.get(entitlementId) ?? new Map<string, string>();
    this.#grantIds.set(entitlementId, ids.set(keyOf(row.principal?.id), row.id));
  }

  get run(): SyncRun {
    return { ...this.#sync.run, syncToken: this.#rows.token };
  }

  putResourceTypes(rows: readonly ResourceType[]): void {
    for (const row of rows) this.#rows.types.set(row.id, toBinary(ResourceTypeSchema, row));
  }
  putResources(rows: readonly Resource[]): void {
    for (const row of rows) this.#rows.resources.set(keyOf(row.id), toBinary(ResourceSchema, row));
  }
  putEntitlements(rows: readonly Entitlement[]): void {
    for (const row of rows) this.#rows.entitlements.set(row.id, toBinary(EntitlementSchema, row));
  }
  putGrants(rows: readonly Grant[]): void {
    for (const row of rows) {
      this.#rows.grants.set(row.id, toBinary(GrantSchema, row));
      this.#index(row);
    }
  }
  deleteGrants(ids: readonly string[]): void {
    for (const id of ids) this.#rows.grants.delete(id);
  }
  checkpoint(syncToken: string): void {
    if (this.#store.isDead) return;
    this.#rows.token = syncToken;
    this.#sync.saved = copy(this.#rows);
  }
  sessionGet(key: string): string | undefined {
    return this.#rows.session.get(key);
  }
  sessionSet(key: string, value: string): void {
    this.#rows.session.set(key, value);
  }
  sessionEntries(prefix: string): IterableIterator<readonly [string, string]> {
    return this.#rows.session.entries().filter(([key]) => key.startsWith(prefix));
  }
  async buildIndexes(): Promise<void> {}
  markSupportsDiff(): void {}

  resourceTypes(): ResourceType[] {
    return Array.from(this.#rows.types.values(), (data) => fromBinary(ResourceTypeSchema, data));
  }
  resources(options: { resourceTypeId?: string; cursor?: number; limit?: number }) {
    const all = Array.from(this.#rows.resources.values(), (data) => fromBinary(ResourceSchema, data));
    return pageOf(
      all.filter((row) => options.resourceTypeId === undefined || row.id?.resourceType === options.resourceTypeId),
      options,
    );
  }
  resource(id: { resourceType: string; resource: string }): Resource | undefined {
    const data = this.#rows.resources.get(keyOf(id));
    return data && fromBinary(ResourceSchema, data);
  }
  entitlements(options: { cursor?: number; limit?: number }) {
    return pageOf(
      Array.from(this.#rows.entitlements.values(), (data) => fromBinary(EntitlementSchema, data)),
      options,
    );
  }
  entitlement(id: string): Entitlement | undefined {
    const data = this.#rows.entitlements.get(id);
    return data && fromBinary(EntitlementSchema, data);
  }
  grants(options: {
    entitlementId?: string;
    principal?: { resourceType: string; resource: string };
    cursor?: number;
    limit?: number;
  }) {
    const { entitlementId, principal } = options;
    if (entitlementId === undefined) return decodePage([...this.#rows.grants.values()], options);
    const ids = this.#grantIds.get(entitlementId) ?? new Map<string, string>();
    const wanted = principal ? [ids.get(keyOf(principal)) ?? ''] : [...ids.values()];
    return decodePage(
      wanted.flatMap((id) => this.#rows.grants.get(id) ?? []),
      options,
    );
  }
  grant(id: string): Grant | undefined {
    const data = this.#rows.grants.get(id);
    return data && fromBinary(GrantSchema, data);
  }
  stats(): SyncStats {
    return {
      resourceTypes: this.#rows.types.size,
      resources: this.#rows.resources.size,
      entitlements: this.#rows.entitlements.size,
      grants: this.#rows.grants.size,
      resourcesByResourceType: {},
      entitlementsByResourceType: {},
      grantsByResourceType: {},
    };
  }
}

function copy(rows: Rows): Rows {
  return {
    types: new Map(rows.types),
    resources: new Map(rows.resources),
    entitlements: new Map(rows.entitlements),
    grants: new Map(rows.grants),
    session: new Map(rows.session),
    token: rows.token,
  };
}

function keyOf(id: { resourceType: string; resource: string } | undefined): string {
  return `${id?.resourceType}:${id?.resource}`;
}

function decodePage(rows: readonly Uint8Array[], options: { cursor?: number; limit?: number }) {
  const page = pageOf(rows, options);
  return { rows: page.rows.map((data) => fromBinary(GrantSchema, data)), next: page.next };
}

function pageOf<T>(rows: readonly T[], { cursor = 0, limit = 10_000 }: { cursor?: number; limit?: number }) {
  const next = cursor + limit;
  return { rows: rows.slice(cursor, next), next: next < rows.length ? next : undefined };
}

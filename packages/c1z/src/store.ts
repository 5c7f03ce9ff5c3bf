import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '@baton-ts/protocol/connector-v2';
import type { RowKinds } from './differences.ts';

/** The sync types that a connector makes (`c1z-format.md §4.1`). */
export type SyncType = 'full' | 'resources_only' | 'partial';

/** One row of `v1_sync_runs`. Times are UTC instants. */
export interface SyncRun {
  readonly syncId: string;
  readonly syncType: string;
  readonly parentSyncId: string;
  readonly startedAt: Date;
  /** Nanoseconds within the second: a `Date` holds milliseconds, a file up to nine digits. */
  readonly startedNanos: number;
  /** Undefined while the sync is unfinished. */
  readonly endedAt: Date | undefined;
  readonly endedNanos: number | undefined;
  /** The engine's checkpoint; empty before the first one. */
  readonly syncToken: string;
}

/** Counts of a finished sync, as stored in `v1_sync_runs.stats` (`c1z-format.md §4.7`). */
export interface SyncStats {
  readonly resourceTypes: number;
  readonly resources: number;
  readonly entitlements: number;
  readonly grants: number;
  readonly resourcesByResourceType: Readonly<Record<string, number>>;
  readonly entitlementsByResourceType: Readonly<Record<string, number>>;
  readonly grantsByResourceType: Readonly<Record<string, number>>;
}

/** A page of rows in stored order. `next` is undefined on the last page. */
export interface RowPage<T> {
  readonly rows: readonly T[];
  readonly next: number | undefined;
}

/** A row as it is stored; `read` decodes it. */
export interface StoredRow<T> {
  readonly id: string;
  /** Where it stands in the stored order. */
  readonly rowId: number;
  readonly data: Uint8Array;
  /** Of a grant (`c1z-format.md §2.5`). */
  readonly expansion: Uint8Array | null;
  read(): T;
}

/** A stored grant whose blob is not read before it is asked for: its ids are in columns. */
export interface GrantRef {
  readonly id: string;
  readonly entitlementId: string;
  /** The entitlement's resource. */
  readonly resource: { readonly resourceType: string; readonly resource: string };
  readonly principal: { readonly resourceType: string; readonly resource: string };
  /** Whether the grant says anything beside these ids, as sources or annotations do. Cheaper than reading it. */
  readonly saysMore: () => boolean;
  /** The whole grant, as `grants` gives it. */
  readonly read: () => Grant;
}

/** Who holds which entitlement, without the rest of the grant. */
export type GrantKey = Omit<GrantRef, 'id' | 'saysMore' | 'read'>;

/** Which grants: all that match every part. */
export interface GrantOptions {
  readonly entitlementId?: string;
  /** The type of the entitlement's resource. Reads every grant once; the other parts are answered by an index. */
  readonly resourceTypeId?: string;
  /** The entitlement's resource. */
  readonly resource?: { readonly resourceType: string; readonly resource: string };
  readonly principal?: { readonly resourceType: string; readonly resource: string };
  readonly cursor?: number;
  readonly limit?: number;
}

/** A stored resource without its blob: enough to plan the next step. */
export interface ResourceKey {
  readonly rowId: number;
  readonly id: ResourceId;
}

/**
 * Reads one sync. Every query is filtered by that sync (`c1z-format.md §7`, reader 4). Calls are synchronous: SQLite is.
 * Cursors are row ids; start at 0.
 */
export interface SyncReader {
  readonly run: SyncRun;
  resourceTypes(): ResourceType[];
  resourceType(id: string): ResourceType | undefined;
  resources(options: { resourceTypeId?: string; cursor?: number; limit?: number }): RowPage<Resource>;
  resource(id: { resourceType: string; resource: string }): Resource | undefined;
  /** Those of the resources that the sync has, by `TYPE:ID`, each as `resource` gives it, in one query. */
  resourcesNamed(
    ids: readonly { readonly resourceType: string; readonly resource: string }[],
  ): ReadonlyMap<string, Resource>;
  entitlements(options: {
    resourceTypeId?: string;
    resource?: { resourceType: string; resource: string };
    cursor?: number;
    limit?: number;
  }): RowPage<Entitlement>;
  entitlement(id: string): Entitlement | undefined;
  /** Grants with `GrantExpandable` re-attached and slim rows rebuilt. */
  grants(options: GrantOptions): RowPage<Grant>;
  /** The same grants in the same order, for whoever needs the whole of few of them. */
  grantRefs(options: GrantOptions): RowPage<GrantRef>;
  grant(id: string): Grant | undefined;
  /** Of every grant who holds what, in stored order, one at a time: no blob is read. */
  grantKeys(): IteratorObject<GrantKey>;
  /** Each principal of these grants once, in the order of its first grant. */
  principals(options: {
    entitlementId?: string;
    resource?: { resourceType: string; resource: string };
  }): IteratorObject<{ resourceType: string; resource: string }>;
  /** Each entitlement that a principal holds once, with its resource; sorted by resource type, resource, entitlement. */
  heldBy(principal: {
    resourceType: string;
    resource: string;
  }): IteratorObject<{ entitlementId: string; resource: { resourceType: string; resource: string } }>;
  /** Every row in stored order, one at a time: for comparing with another sync. */
  storedRows<Kind extends keyof RowKinds>(kind: Kind): IteratorObject<StoredRow<RowKinds[Kind]>, undefined>;
  /** The stored grants of one of those who hold something. */
  storedGrantsOf(principal: { readonly resourceType: string; readonly resource: string }): StoredRow<Grant>[];
  storedRow<Kind extends keyof RowKinds>(kind: Kind, id: string): StoredRow<RowKinds[Kind]> | undefined;
  /** The stored statistics, or counted when the file has none that can be trusted (`c1z-format.md §4.7`). */
  stats(): SyncStats;
}

/**
 * Writes one sync that is not finished. All puts are upserts on (id, sync): the last one wins.
 * Rows and the checkpoint that follows them become durable together.
 */
export interface SyncWriter extends SyncReader {
  putResourceTypes(rows: readonly ResourceType[]): void;
  putResources(rows: readonly Resource[]): void;
  putEntitlements(rows: readonly Entitlement[]): void;
  /**
   * Entitlement and principal objects that recur are encoded once each (they are remembered by object identity), so
   * pass the same object where the same entitlement or principal is meant. `GrantExpandable` moves to its column.
   */
  putGrants(rows: readonly Grant[]): void;
  deleteGrants(ids: readonly string[]): void;
  /** Stores the engine's state and commits everything put since the last checkpoint. */
  checkpoint(syncToken: string): void;
  /** Values that a connector keeps during one sync (`v1_connector_sessions`); gone when the sync is finished. */
  sessionGet(key: string): string | undefined;
  sessionSet(key: string, value: string): void;
  sessionEntries(prefix: string): IterableIterator<readonly [key: string, value: string]>;
  /**
   * Ends the bulk load: duplicates are resolved (last wins) and all indexes exist afterwards. Runs off the main thread.
   * Call before expansion and before reading grants by entitlement or principal.
   */
  buildIndexes(): Promise<void>;
  /** Marks that expansion columns are complete (`supports_diff`). */
  markSupportsDiff(): void;
}

/** Rows by id that only one of two syncs has, or that differ in a byte of `data` or `expansion`. By resource type. */
export interface RowChanges {
  readonly added: Readonly<Record<string, number>>;
  readonly removed: Readonly<Record<string, number>>;
  readonly changed: Readonly<Record<string, number>>;
}

/** What differs between two syncs. Grants count for the resource type of their entitlement. */
export interface SyncChanges {
  readonly resources: RowChanges;
  readonly entitlements: RowChanges;
  readonly grants: RowChanges;
}

/** An open `.c1z` for writing: its lock is held and a private working copy is open until `close`. */
export interface C1zStore {
  readonly path: string;
  /** All runs in the file, oldest first. */
  runs(): SyncRun[];
  /** The latest finished full sync, if any (`c1z-format.md §7`, reader 4). */
  latestFinished(): SyncReader | undefined;
  /** Compares two syncs of this file, the later one with its indexes built. Runs off the main thread. */
  changes(before: SyncReader, after: SyncReader): Promise<SyncChanges>;
  startSync(options: { syncType: SyncType; parentSyncId?: string }): SyncWriter;
  /** The newest unfinished run of this type that is at most 7 days old (`c1z-format.md §4.4`). */
  resumableSync(syncType: SyncType): SyncWriter | undefined;
  /**
   * Ends a sync: indexes, final token, clean-up of older syncs (`keepSyncCount` finished full syncs stay, default 2),
   * session rows removed, statistics, invariant columns, and `ended_at` last.
   */
  finishSync(
    writer: SyncWriter,
    options: { syncToken: string; keepSyncCount?: number; invariantCoverage?: readonly string[] },
  ): Promise<SyncStats>;
  /**
   * Packs the working copy and renames it over `path` when anything changed; the old file stays whole on any failure.
   * Releases the lock and removes the working copy. An unfinished sync is saved too and can be resumed.
   */
  close(options?: { onProgress?: (packedBytes: number) => void }): Promise<void>;
  /**
   * Releases the lock and leaves the file as it is. A working copy that holds something unsaved stays, so that the next
   * `openC1z` of the same path on this machine, with the same `tempDir`, goes on from it.
   */
  suspend(): Promise<void>;
  /** Releases the lock and drops the working copy without saving. */
  discard(): Promise<void>;
}

import type { C1zStore, SyncChanges, SyncStats } from '@baton-ts/c1z';
import type { Connector } from '../connector.ts';
import type { Logger } from '../logger.ts';
import type { Secret } from '../secret.ts';

export interface SyncOptions {
  /** Baton IDs of resources: only these, their children, and their entitlements and grants. Never resumed. */
  readonly syncResources?: readonly string[];
  /** Only these resource types. With `syncResources`: only those of the resources that have such a type. */
  readonly syncResourceTypes?: readonly string[];
  /** Stop after the resources. */
  readonly skipEntitlementsAndGrants?: boolean;
  readonly skipGrants?: boolean;
  /** Leave it to the reader who holds what through what. */
  readonly skipExpandGrants?: boolean;
  /**
   * With what the connector was opened, as one text: an interrupted sync that began with another is not resumed. Only a
   * hash of it is stored, and only until the sync is finished.
   */
  readonly settings?: Secret;
  /** Finished full syncs that stay in the file. Default 2. */
  readonly keepSyncCount?: number;
  /** Actions of one step that run at once. Default 10. */
  readonly workers?: number;
  /**
   * How long nothing may succeed while the other side is unavailable, in milliseconds. Default 10 minutes; `Infinity`
   * waits for ever, for a service that has nothing else to do.
   */
  readonly giveUpAfterMs?: number;
}

export interface SyncRequestOptions {
  readonly store: C1zStore;
  readonly connector: Connector;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly options?: SyncOptions;
  readonly progress?: SyncProgress;
  readonly clock?: Clock;
}

/** Where time comes from, so that waiting can be tested without waiting. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type SyncStep = 'resource types' | 'resources' | 'entitlements' | 'grants' | 'expansion' | 'checks' | 'saving';

export interface SyncSnapshot {
  readonly step: SyncStep;
  /** Rows received in this process, rows that replace earlier ones included. */
  readonly resources: number;
  readonly entitlements: number;
  readonly grants: number;
  /** Rows received per second since the step began. */
  readonly rowsPerSecond: number;
  /** Actions of this step that are complete, by resource type. */
  readonly doneByResourceType: ReadonlyMap<string, number>;
  /** Why it waits, for example `Unavailable, again in 3 s`. */
  readonly waiting: string | undefined;
}

export interface SyncProgress {
  /** Called after each page; must return at once. */
  update(snapshot: SyncSnapshot): void;
}

export interface SyncResult {
  readonly syncId: string;
  readonly stats: SyncStats;
  /** At most 100, in the order in which they came. */
  readonly warnings: readonly string[];
  /** Against the finished full sync before; undefined when there is none, or when this sync is not full. */
  readonly changes: SyncChanges | undefined;
  /** By step, in this process. */
  readonly durationsMs: Readonly<Partial<Record<SyncStep, number>>>;
  readonly resumed: boolean;
}

import type { TaskType } from '../queue/task-types.ts';

/** One connector: a queue of tasks, and the credentials that may work on it. */
export interface ConnectorRecord {
  /** A KSUID. */
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

/** What is kept of a credential: never its secret. */
export interface CredentialRecord {
  /** `<name>@<host[:port]>/<suffix>` (`service-protocol.md §1`). */
  readonly clientId: string;
  readonly connectorId: string;
  /** The `x` of the Ed25519 JWK: the public key. */
  readonly publicKey: string;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | undefined;
}

/** One running process of a connector, by the host id that it names. */
export interface HostRecord {
  readonly connectorId: string;
  readonly hostId: string;
  readonly lastSeenMs: number;
  readonly helloAtMs: number | undefined;
  /** Its last `BatonServiceHelloRequest`, encoded. */
  readonly hello: Uint8Array | undefined;
}

export type TaskState = 'pending' | 'leased' | 'finished' | 'failed' | 'cancelled';

/** A file that a connector sent for a task. */
export interface UploadRecord {
  /** By its first bytes: `C1ZF` or `C1Z3` files, otherwise the debug log (`service-protocol.md §8`). */
  readonly kind: 'c1z-v1' | 'c1z-v3' | 'log';
  readonly path: string;
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
  readonly receivedAtMs: number;
}

export interface TaskRecord {
  /** A KSUID. */
  readonly id: string;
  readonly connectorId: string;
  readonly type: TaskType;
  readonly state: TaskState;
  /** The `Task` as it is handed out, encoded. */
  readonly task: Uint8Array;
  /** While a task with this key is open, a second one is not queued. */
  readonly dedupeKey: string | undefined;
  readonly createdAtMs: number;
  /** Not handed out before. */
  readonly notBeforeMs: number;
  /** How often it was handed out. */
  readonly attempts: number;
  /** Who works on it, in state `leased`. */
  readonly lease: { readonly hostId: string; readonly untilMs: number } | undefined;
  readonly cancelRequested: boolean;
  readonly endedAtMs: number | undefined;
  /** The last `BatonServiceFinishTaskRequest`, encoded; none when no connector said how it ended. */
  readonly result: Uint8Array | undefined;
  /** Why the server itself ended the task, for example that nobody finished it. */
  readonly reason: string | undefined;
  readonly uploads: readonly UploadRecord[];
}

/**
 * Where the server keeps what has to survive it. One server at a time uses a store: the server puts its reads and writes
 * in order, the store only has to make each call whole and lasting before its promise resolves.
 *
 * `memoryStore()` forgets with the process, `openSqliteStore(path)` does not. The test suite runs on both.
 */
export interface C1Store {
  /** The key that access tokens are signed with; made at the first call. */
  tokenKey(): Promise<Uint8Array>;

  putConnector(connector: ConnectorRecord): Promise<void>;
  connector(id: string): Promise<ConnectorRecord | undefined>;
  /** In the order in which they were made. */
  connectors(): Promise<readonly ConnectorRecord[]>;

  putCredential(credential: CredentialRecord): Promise<void>;
  credential(clientId: string): Promise<CredentialRecord | undefined>;
  credentials(connectorId: string): Promise<readonly CredentialRecord[]>;

  putHost(host: HostRecord): Promise<void>;
  deleteHost(connectorId: string, hostId: string): Promise<void>;
  hosts(connectorId: string): Promise<readonly HostRecord[]>;

  putTask(task: TaskRecord): Promise<void>;
  task(id: string): Promise<TaskRecord | undefined>;
  /** Pending ones whose time has come, in the order in which they were queued. */
  dueTasks(connectorId: string, search: DueSearch): Promise<readonly TaskRecord[]>;
  /** When the next pending task becomes due that is not due yet, in milliseconds since 1970. */
  nextDueMs(connectorId: string, nowMs: number): Promise<number | undefined>;
  /** Of one connector or of all. */
  leasedTasks(connectorId?: string): Promise<readonly TaskRecord[]>;
  /** The pending or leased task with this key. */
  openTaskWithKey(connectorId: string, dedupeKey: string): Promise<TaskRecord | undefined>;
  /** Newest first. */
  tasks(connectorId: string, limit: number): Promise<readonly TaskRecord[]>;

  /**
   * Remembers that an assertion was used, until it would have expired anyway.
   *
   * @param max how many one client may have remembered at once
   * @returns `seen` for one that is remembered already, `full` when the client has too many
   */
  rememberNonce(nonce: NonceRecord, nowMs: number, max: number): Promise<'new' | 'seen' | 'full'>;
}

export interface DueSearch {
  readonly nowMs: number;
  readonly limit: number;
  /** Full syncs are left out. */
  readonly withoutSyncs: boolean;
}

export interface NonceRecord {
  readonly clientId: string;
  readonly nonce: string;
  readonly untilMs: number;
}

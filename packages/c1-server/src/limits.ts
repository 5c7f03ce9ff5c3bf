/** Times and sizes that bound what a connector can make the server do. */
export interface C1Limits {
  /** How long a poll waits for a task. Default 20 s: well below the 60 s after which proxies cut silent streams. */
  readonly pollWaitMs: number;
  /** `next_poll` of an answer without a task. Default 1 s, since the poll itself has waited. */
  readonly idleNextPollMs: number;
  /** `next_poll` beside a task. Default 100 ms. */
  readonly busyNextPollMs: number;
  /** `next_heartbeat` of a full sync. Default 20 s. */
  readonly heartbeatMs: number;
  /** A full sync is taken back after this long without a heartbeat. Default 90 s: four that were missed. */
  readonly syncLeaseMs: number;
  /** Other tasks send no heartbeat (`service-protocol.md §6`) and are taken back after this. Default 10 minutes. */
  readonly taskLeaseMs: number;
  /** How often a task is handed out that can safely be done again; the others once. Default 3. */
  readonly maxAttempts: number;
  /** Wait before the second attempt; the third waits four times as long. Default 5 s. */
  readonly retryDelayMs: number;
  /** Life of an access token. Default 10 minutes. */
  readonly tokenLifetimeMs: number;
  /** Largest file of one upload. Default 4 GiB. */
  readonly maxUploadBytes: number;
  /** An upload that sends nothing for this long is given up. Default 60 s. */
  readonly uploadIdleMs: number;
}

export const defaultLimits: C1Limits = {
  pollWaitMs: 20_000,
  idleNextPollMs: 1_000,
  busyNextPollMs: 100,
  heartbeatMs: 20_000,
  syncLeaseMs: 90_000,
  taskLeaseMs: 600_000,
  maxAttempts: 3,
  retryDelayMs: 5_000,
  tokenLifetimeMs: 600_000,
  maxUploadBytes: 4 * 1024 ** 3,
  uploadIdleMs: 60_000,
};

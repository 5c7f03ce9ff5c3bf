import type { SyncStats } from '@baton-ts/c1z';
import type { HttpObserver } from '../http/observer.ts';
import type { TaskOutcome } from './task-handler.ts';

/**
 * What a service counts about itself, for `/metrics` on the health port (`docs/operating.md`, "Metrics"). Nothing here
 * throws or waits.
 */
export interface ServiceMetrics {
  /** Give it to the connector's HTTP client. */
  readonly httpObserver: HttpObserver;
  /**
   * Each task once, when its handler has returned.
   *
   * @param type the name of the task's field, for example `sync_full` or `grant`
   */
  taskFinished(type: string, outcome: TaskOutcome, durationMs: number): void;
  /** @param stats what the file now holds; undefined: the sync failed or was stopped */
  syncFinished(stats: SyncStats | undefined, durationMs: number): void;
}

/** Counts nothing: without a health server nobody could read it. */
export const noMetrics: ServiceMetrics = { httpObserver: {}, taskFinished() {}, syncFinished() {} };

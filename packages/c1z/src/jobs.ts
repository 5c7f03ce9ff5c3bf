import type { SyncStats } from './store.ts';

/** Builds the grant indexes that are missing. */
export interface BuildIndexesJob {
  readonly kind: 'build-indexes';
  readonly database: string;
}

/** Ends a sync: everything from clean-up to `ended_at`. */
export interface FinishJob {
  readonly kind: 'finish';
  readonly database: string;
  readonly syncId: string;
  readonly syncToken: string;
  /** Finished full syncs to keep, this one counted; undefined keeps all. */
  readonly keepSyncCount: number | undefined;
  readonly invariantCoverage: readonly string[];
}

/** Packs the database and renames it over `target`. */
export interface PackJob {
  readonly kind: 'pack';
  readonly database: string;
  readonly temporary: string;
  readonly target: string;
}

export type Job = BuildIndexesJob | FinishJob | PackJob;

/** What the worker says; exactly one `done` or `failed` ends a job. */
export type JobMessage =
  | { readonly kind: 'progress'; readonly packedBytes: number }
  | { readonly kind: 'done'; readonly stats: SyncStats | undefined }
  | { readonly kind: 'failed'; readonly message: string; readonly code: unknown; readonly errcode: unknown };

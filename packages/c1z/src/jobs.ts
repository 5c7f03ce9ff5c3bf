import type { SyncChanges, SyncStats } from './store.ts';
import type { ComparedPart, ComparedRows } from './verify/compare-rows.ts';

/** Unpacks a `.c1z`. A thread of its own has few objects, so that collecting the garbage of 900 MB costs it nothing. */
export interface UnpackJob {
  readonly kind: 'unpack';
  readonly path: string;
  readonly target: string;
  /** What messages call the file. */
  readonly name: string;
}

/** Brings a database that was just unpacked to the schema of this version. */
export interface MigrateJob {
  readonly kind: 'migrate';
  readonly database: string;
}

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

/** Compares two syncs of one database. */
export interface CompareJob {
  readonly kind: 'compare';
  readonly database: string;
  readonly beforeSyncId: string;
  readonly afterSyncId: string;
}

/** Compares some grants of a sync with those of an earlier file. */
export interface CompareGrantsJob {
  readonly kind: 'compare-grants';
  readonly database: string;
  readonly earlier: string;
  readonly rows: ComparedRows;
}

export type Job = CompareGrantsJob | UnpackJob | MigrateJob | BuildIndexesJob | CompareJob | FinishJob | PackJob;

/** What each kind of job gives. */
export interface JobResults {
  /** Whether there was anything: false for a missing or empty file. */
  readonly unpack: boolean;
  readonly migrate: undefined;
  readonly 'build-indexes': undefined;
  readonly compare: SyncChanges;
  readonly 'compare-grants': ComparedPart | undefined;
  readonly finish: SyncStats;
  readonly pack: undefined;
}

/** What the worker says; exactly one `done` or `failed` ends a job. */
export type JobMessage<Result> =
  | { readonly kind: 'progress'; readonly packedBytes: number }
  | { readonly kind: 'opened' }
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly message: string;
      readonly code: unknown;
      readonly errcode: unknown;
    };

import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import KSUID from 'ksuid';
import { Connection, openDatabase, WRITING } from './database.ts';
import { fileError } from './file-errors.ts';
import { FileLock, pidExists, removeLockLeftovers } from './lock.ts';
import { runJob } from './run-job.ts';
import { dropGrantIndexes } from './schema.ts';
import type { C1zStore, SyncChanges, SyncReader, SyncRun, SyncStats, SyncType, SyncWriter } from './store.ts';
import { StoredSync } from './sync-reader.ts';
import { latestFinishedFull, newestUnfinished, readRuns } from './sync-runs.ts';
import { OpenSync } from './sync-writer.ts';
import { formatTime } from './times.ts';
import { openWorkingCopy, removeWorkingCopy, type WorkingCopy } from './working-copy.ts';

/** Finished full syncs that stay in a file (`c1z-format.md §4.6`). */
const DEFAULT_KEEP_SYNC_COUNT = 2;

export interface OpenC1zOptions {
  /** Where the working copy is unpacked. Default: the temporary folder of the operating system. */
  readonly tempDir?: string | undefined;
  /** Stops the unpacking. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a `.c1z` for writing; a missing or empty file is a new store. The file itself is not touched before `close`.
 * A second writer of the same path is refused with `FailedPrecondition` that names the holder.
 *
 * @example
 * const store = await openC1z('sync.c1z');
 * const sync = store.resumableSync('full') ?? store.startSync({ syncType: 'full' });
 */
export async function openC1z(path: string, options: OpenC1zOptions = {}): Promise<C1zStore> {
  const target = realPath(path);
  const lock = FileLock.acquire(target);
  try {
    removeLeftovers(target);
    removeLockLeftovers(target);
    const copy = await openWorkingCopy(target, options);
    return new WritableC1z(target, lock, copy);
  } catch (error) {
    lock.release();
    throw fileError(error, `opening ${path}`);
  }
}

/** The file behind links, so that one file has one lock and one working copy whatever it is called. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    // It does not exist yet; its folder must.
  }
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch (error) {
    throw fileError(error, `opening ${path}`);
  }
}

/** Temporary files of savers that were killed. The lock is held: of this path nobody is saving now. */
export function removeLeftovers(target: string): void {
  const prefix = `${basename(target)}.`;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d+)\.tmp$/.exec(name.slice(prefix.length))?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !pidExists(Number(pid)))) {
      rmSync(join(dirname(target), name), { force: true });
    }
  }
}

class WritableC1z implements C1zStore {
  readonly path: string;
  readonly #lock: FileLock;
  readonly #copy: WorkingCopy;
  readonly #connection: Connection;
  readonly #writers = new Set<OpenSync>();
  /** What a killed run left behind was not saved yet. */
  #changed: boolean;
  #closed = false;

  constructor(path: string, lock: FileLock, copy: WorkingCopy) {
    this.path = path;
    this.#lock = lock;
    this.#copy = copy;
    this.#connection = new Connection(openDatabase(copy.database));
    this.#changed = copy.resumed && this.runs().length > 0;
  }

  runs(): SyncRun[] {
    return readRuns(this.#connection.db);
  }

  latestFinished(): SyncReader | undefined {
    const run = latestFinishedFull(this.runs());
    return run === undefined ? undefined : new StoredSync(this.#connection, run);
  }

  async changes(before: SyncReader, after: SyncReader): Promise<SyncChanges> {
    this.#open();
    this.#connection.commit();
    try {
      return await runJob({
        kind: 'compare',
        database: this.#copy.database,
        beforeSyncId: before.run.syncId,
        afterSyncId: after.run.syncId,
      });
    } catch (error) {
      throw fileError(error, `comparing two syncs of ${this.path}`);
    }
  }

  startSync(options: { syncType: SyncType; parentSyncId?: string }): SyncWriter {
    this.#open();
    if (options.syncType !== 'partial' && (options.parentSyncId ?? '') !== '') {
      throw new BatonError(Code.InvalidArgument, `a sync of type ${options.syncType} has no parent sync`);
    }
    const startedAt = new Date();
    const syncId = KSUID.randomSync(startedAt).string;
    try {
      this.#connection.commit();
      this.#connection.begin();
      this.#connection
        .statement(
          `insert into v1_sync_runs (sync_id, started_at, sync_token, sync_type, parent_sync_id, grants_backfilled)
           values (?, ?, '', ?, ?, 1)`,
        )
        .run(syncId, formatTime(startedAt), options.syncType, options.parentSyncId ?? '');
      // A targeted sync adds a few rows to what is there; every other one writes all of them.
      if (options.syncType !== 'partial') dropGrantIndexes(this.#connection.db);
      this.#connection.commit();
    } catch (error) {
      throw fileError(error, WRITING);
    }
    this.#changed = true;
    return this.#writer(syncId);
  }

  resumableSync(syncType: SyncType): SyncWriter | undefined {
    this.#open();
    const run = newestUnfinished(this.runs(), syncType);
    if (run === undefined) return undefined;
    this.#connection
      .statement(
        `update v1_sync_runs set ingest_invariant_generation = '', ingest_invariant_coverage = '',
         ingest_invariant_mode = '' where sync_id = ?`,
      )
      .run(run.syncId);
    return this.#writer(run.syncId);
  }

  async finishSync(
    writer: SyncWriter,
    options: { syncToken: string; keepSyncCount?: number; invariantCoverage?: readonly string[] },
  ): Promise<SyncStats> {
    this.#open();
    const own = [...this.#writers].find((candidate) => candidate === writer);
    if (own === undefined) throw new BatonError(Code.Internal, `the sync ${writer.run.syncId} is not of this store`);
    own.requireOpen();
    own.seal();
    this.#writers.delete(own);
    this.#connection.commit();
    this.#changed = true;
    try {
      return await runJob({
        kind: 'finish',
        database: this.#copy.database,
        syncId: writer.run.syncId,
        syncToken: options.syncToken,
        keepSyncCount: keepSyncCount(options.keepSyncCount),
        invariantCoverage: options.invariantCoverage ?? [],
      });
    } catch (error) {
      throw fileError(error, `finishing the sync for ${this.path}`);
    }
  }

  async close(options: { onProgress?: (packedBytes: number) => void } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const writer of this.#writers) writer.seal();
    // What came after the last checkpoint is asked for again by the run that resumes.
    this.#connection.close();
    try {
      if (this.#changed) await this.#save(options.onProgress);
    } catch (error) {
      // The working copy stays: the next run goes on from it.
      this.#lock.release();
      throw fileError(error, `saving ${this.path} (the file is as it was before)`);
    }
    await removeWorkingCopy(this.#copy);
    this.#lock.release();
  }

  async suspend(): Promise<void> {
    if (this.#closed) return;
    if (!this.#changed) return this.discard();
    this.#closed = true;
    for (const writer of this.#writers) writer.seal();
    this.#connection.close();
    this.#lock.release();
  }

  async discard(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    await removeWorkingCopy(this.#copy);
    this.#lock.release();
  }

  async #save(onProgress: ((packedBytes: number) => void) | undefined): Promise<void> {
    const temporary = `${this.path}.${process.pid}.tmp`;
    await runJob({ kind: 'pack', database: this.#copy.database, temporary, target: this.path }, { onProgress });
  }

  #writer(syncId: string): SyncWriter {
    const run = this.runs().find((candidate) => candidate.syncId === syncId);
    if (run === undefined) throw new BatonError(Code.Internal, `the sync ${syncId} vanished`);
    const writer = new OpenSync(this.#connection, run, {
      changed: () => {
        this.#changed = true;
      },
      buildIndexes: async () => {
        try {
          await runJob({ kind: 'build-indexes', database: this.#copy.database });
        } catch (error) {
          throw fileError(error, `building the indexes for ${this.path}`);
        }
      },
    });
    this.#writers.add(writer);
    return writer;
  }

  #open(): void {
    if (this.#closed) throw new BatonError(Code.FailedPrecondition, `${this.path} is closed`);
  }
}

/** Option, then environment, then 2; undefined when clean-up is switched off (`c1z-format.md §4.6`). */
function keepSyncCount(option: number | undefined): number | undefined {
  const skip = process.env['BATON_SKIP_CLEANUP'] ?? '';
  if (['1', 't', 'true'].includes(skip.toLowerCase())) return undefined;
  if (option !== undefined && option > 0) return option;
  const fromEnvironment = Number(process.env['BATON_KEEP_SYNC_COUNT']);
  return Number.isInteger(fromEnvironment) && fromEnvironment > 0 ? fromEnvironment : DEFAULT_KEEP_SYNC_COUNT;
}

import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { removeSync } from './cleanup.ts';
import { Connection, openDatabase, SORTING_CACHE_KIB } from './database.ts';
import { fileError } from './file-errors.ts';
import { FileLock } from './lock.ts';
import { realPath, removeLeftovers } from './open.ts';
import type { OpenC1zReaderOptions } from './open-reader.ts';
import { runJob } from './run-job.ts';
import { createTables } from './schema.ts';
import { countStats, statsToJson } from './stats.ts';
import type { SyncReader, SyncRun, SyncWriter } from './store.ts';
import { StoredSync } from './sync-reader.ts';
import { readRuns } from './sync-runs.ts';
import { OpenSync } from './sync-writer.ts';
import { openWorkingCopy, removeWorkingCopy } from './working-copy.ts';

/**
 * The unpacked database of a `.c1z`, for tools that change a file as a whole. Its tables are those of `c1z-format.md §2`,
 * and so must they be when it is packed.
 */
export class WholeFile {
  readonly db: DatabaseSync;
  readonly #connection: Connection;

  constructor(database: string) {
    this.#connection = new Connection(openDatabase(database, SORTING_CACHE_KIB));
    this.db = this.#connection.db;
  }

  /** All runs, oldest first. */
  runs(): SyncRun[] {
    return readRuns(this.db);
  }

  reader(run: SyncRun): SyncReader {
    return new StoredSync(this.#connection, run);
  }

  /** Writes into a sync that is finished. Nothing is durable before the file is packed. */
  writer(run: SyncRun): SyncWriter {
    return new OpenSync(this.#connection, run, { buildIndexes: () => Promise.resolve(), changed: () => {} });
  }

  /** Removes every other sync, unfinished ones too. */
  keepOnly(syncId: string): void {
    this.db.exec('begin immediate');
    for (const run of this.runs()) {
      if (run.syncId !== syncId) removeSync(this.db, run.syncId);
    }
    this.db.exec('commit');
  }

  /** Counts the rows of a finished sync anew and stores the result (`c1z-format.md §4.7`). */
  recalculateStats(syncId: string): void {
    this.db
      .prepare('update v1_sync_runs set stats = ? where sync_id = ? and ended_at is not null')
      .run(statsToJson(countStats(this.db, syncId)), syncId);
  }

  close(): void {
    this.#connection.commit();
    this.#connection.close();
  }
}

/** A `WholeFile` in a private temporary folder, for a new file. Dispose of it on every path. */
export interface NewFile extends AsyncDisposable {
  readonly file: WholeFile;
  /**
   * Packs it under a name that is not taken, and closes it.
   *
   * @throws BatonError `AlreadyExists` when there is such a file; nothing is written then
   */
  saveAs(path: string): Promise<void>;
}

/**
 * Unpacks a `.c1z` into a copy that can be changed and saved under another name. The file itself is only read.
 *
 * @example
 * await using copy = await copyC1z('sync.c1z');
 * copy.file.keepOnly(syncId);
 * await copy.saveAs('latest.c1z');
 */
export async function copyC1z(path: string, options: OpenC1zReaderOptions = {}): Promise<NewFile> {
  const name = options.name ?? path;
  return newFile(options, `unpacking ${name}`, async (database) => {
    const found = await runJob({ kind: 'unpack', path, target: database, name }, { signal: options.signal });
    if (found) await runJob({ kind: 'migrate', database }, { signal: options.signal });
    else createEmpty(database);
  });
}

/** A new file with all tables and no rows. */
export function emptyC1z(options: Pick<OpenC1zReaderOptions, 'tempDir'> = {}): Promise<NewFile> {
  return newFile(options, 'making a temporary file', async (database) => createEmpty(database));
}

function createEmpty(database: string): void {
  const db = openDatabase(database);
  createTables(db);
  db.close();
}

async function newFile(
  { tempDir = tmpdir() }: OpenC1zReaderOptions,
  doing: string,
  fill: (database: string) => Promise<void>,
): Promise<NewFile> {
  const directory = await mkdtemp(join(tempDir, 'baton-c1z-copy-')).catch((error: unknown) => {
    throw fileError(error, doing);
  });
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const database = join(directory, 'db');
  try {
    await fill(database);
    const file = new WholeFile(database);
    return {
      file,
      saveAs: (path) => saveAs(file, database, path),
      [Symbol.asyncDispose]: async () => {
        if (file.db.isOpen) file.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw fileError(error, doing);
  }
}

async function saveAs(file: WholeFile, database: string, path: string): Promise<void> {
  const target = realPath(path);
  const lock = FileLock.acquire(target);
  try {
    if (existsSync(target)) throw alreadyExists(path);
    file.close();
    removeLeftovers(target);
    await runJob({ kind: 'pack', database, temporary: `${target}.${process.pid}.tmp`, target });
  } catch (error) {
    throw fileError(error, `writing ${path}`);
  } finally {
    lock.release();
  }
}

/** What a command says when it would have to replace a file. */
export function alreadyExists(path: string): BatonError {
  return new BatonError(Code.AlreadyExists, `${path} exists already. Name a new file, or remove that one first`);
}

/**
 * Changes a `.c1z` in place: takes its lock, changes a working copy, packs that and renames it over the file, which stays
 * as it was on any failure.
 *
 * @throws BatonError `NotFound` when there is no such file
 */
export async function editC1z<T>(
  path: string,
  edit: (file: WholeFile) => T,
  options: OpenC1zReaderOptions = {},
): Promise<T> {
  const target = realPath(path);
  const lock = FileLock.acquire(target);
  try {
    if ((statSync(target, { throwIfNoEntry: false })?.size ?? 0) === 0) {
      throw new BatonError(Code.NotFound, `${path} does not exist or is empty. Name another file`);
    }
    removeLeftovers(target);
    const copy = await openWorkingCopy(target, options);
    const file = new WholeFile(copy.database);
    let result: T;
    try {
      result = edit(file);
      file.close();
      await runJob({ kind: 'pack', database: copy.database, temporary: `${target}.${process.pid}.tmp`, target });
    } finally {
      if (file.db.isOpen) file.close();
      // What an interrupted sync left here was not ours to lose: it stays for the run that resumes it.
      if (!copy.resumed) await removeWorkingCopy(copy);
    }
    if (copy.resumed) await removeWorkingCopy(copy);
    return result;
  } catch (error) {
    throw fileError(error, `rewriting ${path} (the file is as it was before)`);
  } finally {
    lock.release();
  }
}

/**
 * Unpacks the SQLite database of a `.c1z` as it is, without migrating it.
 *
 * @param target a path that is not taken
 */
export async function unpackC1z(path: string, target: string, options: OpenC1zReaderOptions = {}): Promise<void> {
  const name = options.name ?? path;
  await runJob({ kind: 'unpack', path, target, name }, { signal: options.signal });
}

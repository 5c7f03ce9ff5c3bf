import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Connection, openDatabase } from './database.ts';
import { fileError } from './file-errors.ts';
import { runJob } from './run-job.ts';
import { createTables } from './schema.ts';
import type { SyncReader, SyncRun } from './store.ts';
import { StoredSync } from './sync-reader.ts';
import { latestFinishedFull, newestUnfinished, readRuns } from './sync-runs.ts';
import { unpackFile } from './unpack-file.ts';
import type { GrantsSince } from './verify/grants-since.ts';
import { EARLIER } from './verify/rows.ts';
import { type VerifyOptions, type VerifySummary, verifyUnpacked } from './verify/verify-c1z.ts';
import { verifySince } from './verify/verify-since.ts';

export interface OpenC1zReaderOptions {
  /** Where the file is unpacked. Default: the temporary folder of the operating system. */
  readonly tempDir?: string | undefined;
  /** What messages call the file. Default: its path. */
  readonly name?: string | undefined;
  /** Stops the unpacking. */
  readonly signal?: AbortSignal | undefined;
  /** An earlier file, found good, for `verifySince`. One that is missing or cannot be read is as none. */
  readonly earlier?: string | undefined;
}

/** An open `.c1z` that is only read. It takes no lock and never changes the file. */
export interface C1zReader {
  /** All runs in the file, oldest first. */
  runs(): SyncRun[];
  /**
   * One sync: the one named, else the latest finished full one, else the newest unfinished one of the last 7 days
   * (`cli.md C.1`). Undefined when there is none of these; `NotFound` when a named one is not in the file.
   */
  reader(syncId?: string): SyncReader | undefined;
  /** Checks the file as `verifyC1z` does, without unpacking it again. */
  verify(options: Pick<VerifyOptions, 'report' | 'syncId' | 'signal'>): Promise<VerifySummary>;
  /**
   * Checks the file against the earlier one that it was opened with, and tells who holds something else than then. Costs a
   * quarter of `verify` or less, and finds the same: whenever it does not find the file good in every respect, it says so.
   *
   * @returns undefined when the file is not good, or this way does not tell; `verify` does
   */
  verifySince(options?: { readonly signal?: AbortSignal | undefined }): Promise<GrantsSince | undefined>;
  /** Removes the unpacked copy. */
  close(): Promise<void>;
}

/**
 * Opens a `.c1z` for reading; a missing or empty file has no runs.
 *
 * @example
 * const file = await openC1zReader('sync.c1z');
 * const sync = file.reader();
 * const owners = sync?.grants({ entitlementId: 'account:1:owner' }).rows;
 * await file.close();
 */
export async function openC1zReader(path: string, options: OpenC1zReaderOptions = {}): Promise<C1zReader> {
  const name = options.name ?? path;
  const directory = await mkdtemp(join(options.tempDir ?? tmpdir(), 'baton-c1z-read-')).catch((error: unknown) => {
    throw fileError(error, `unpacking ${name}`);
  });
  try {
    const database = join(directory, 'db');
    const earlier = join(directory, 'earlier');
    const [found, hasEarlier] = await Promise.all([
      unpackFile(path, database, options.signal, name),
      options.earlier === undefined ? false : unpackEarlier(options.earlier, earlier, options.signal),
    ]);
    const connection = new Connection(openDatabase(database));
    if (!found) createTables(connection.db);
    else if (hasEarlier) connection.db.prepare(`attach ? as ${EARLIER}`).run(earlier);
    const isCompared = found && hasEarlier;
    if (!isCompared) await hide(directory);
    return new ReadOnlyC1z({ path, name, directory, connection, hasContent: found, hasEarlier: isCompared });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw fileError(error, `reading ${name}`);
  }
}

/** An open file outlives its name: whatever ends this process, even a kill, leaves nothing behind. */
async function hide(directory: string): Promise<void> {
  if (process.platform !== 'win32') await rm(directory, { recursive: true, force: true });
}

async function unpackEarlier(path: string, target: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return await unpackFile(path, target, signal);
  } catch (error) {
    if (BatonError.is(error)) return false;
    throw error;
  }
}

class ReadOnlyC1z implements C1zReader {
  readonly #path: string;
  readonly #name: string;
  readonly #directory: string;
  readonly #connection: Connection;
  readonly #hasContent: boolean;
  #hasEarlier: boolean;
  #closed = false;

  constructor(of: {
    readonly path: string;
    readonly name: string;
    readonly directory: string;
    readonly connection: Connection;
    readonly hasContent: boolean;
    readonly hasEarlier: boolean;
  }) {
    this.#path = of.path;
    this.#name = of.name;
    this.#directory = of.directory;
    this.#connection = of.connection;
    this.#hasContent = of.hasContent;
    this.#hasEarlier = of.hasEarlier;
  }

  runs(): SyncRun[] {
    return readRuns(this.#connection.db);
  }

  reader(syncId?: string): SyncReader | undefined {
    const runs = this.runs();
    const run =
      syncId === undefined
        ? (latestFinishedFull(runs) ?? newestUnfinished(runs))
        : runs.find((candidate) => candidate.syncId === syncId);
    if (run !== undefined) return new StoredSync(this.#connection, run);
    if (syncId === undefined) return undefined;
    throw new BatonError(Code.NotFound, `${this.#name} has no sync “${syncId}”. List its syncs to see their ids`);
  }

  async verify(options: Pick<VerifyOptions, 'report' | 'syncId' | 'signal'>): Promise<VerifySummary> {
    const db = this.#hasContent ? this.#connection.db : undefined;
    const summary = await verifyUnpacked(this.#path, db, { ...options, name: this.#name });
    db?.exec('pragma shrink_memory');
    return summary;
  }

  async verifySince({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<GrantsSince | undefined> {
    if (!this.#hasEarlier) return undefined;
    const { db } = this.#connection;
    const [database, earlier] = [join(this.#directory, 'db'), join(this.#directory, 'earlier')];
    // What fails here is tried again below, and told.
    const onOpened = (): void => void hide(this.#directory).catch(() => {});
    try {
      return await verifySince(this.#path, db, {
        name: this.#name,
        signal,
        aside: (rows, stop) => runJob({ kind: 'compare-grants', database, earlier, rows }, { onOpened, signal: stop }),
      });
    } finally {
      await hide(this.#directory);
      db.exec(`detach ${EARLIER}; pragma shrink_memory`);
      this.#hasEarlier = false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

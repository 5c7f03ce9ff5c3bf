import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { isAmong } from '../store/conditions.ts';
import type { Db, Store } from '../store/store.ts';
import { UPLOADS } from './folders.ts';

/** Of one connector: enough to compare with last week's daily sync. The one that is held back is kept besides. */
export const FILES_KEPT = 10;

/**
 * Where the `.c1z` files of past syncs are: one folder for each connector. The database knows them by their place in the
 * data folder, which a backup may bring back elsewhere.
 */
export class SyncFiles {
  readonly #dataDir: string;
  readonly #store: Store;

  constructor(dataDir: string, store: Store) {
    this.#dataDir = dataDir;
    this.#store = store;
  }

  /**
   * Takes over an uploaded file; once more after a crash in the middle of it, or in a data folder that a backup brought back.
   *
   * @param uploaded where it was put; of that the name counts, since the data folder may be elsewhere now
   * @returns its place in the data folder; `undefined` when it is not there
   */
  async take(uploaded: string, connectorId: string, syncId: string): Promise<string | undefined> {
    const folder = join('syncs', connectorId);
    await mkdir(this.pathOf(folder), { recursive: true, mode: 0o700 });
    const place = join(folder, `${syncId}.c1z`);
    try {
      await rename(join(this.pathOf(UPLOADS), basename(uploaded)), this.pathOf(place));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return existsSync(this.pathOf(place)) ? place : undefined;
    }
    return place;
  }

  /**
   * Drops whole uploads that nobody will take: logs, and the files of syncs that were paused or given up before they came.
   * Those of tasks that a connector may still work on stay, and of syncs that are under way.
   */
  async dropLeftUploads(): Promise<void> {
    const { db } = this.#store;
    const folder = this.pathOf(UPLOADS);
    // Read before the database, so that what comes meanwhile stays.
    const uploads = existsSync(folder) ? (await readdir(folder)).filter(isWhole) : [];
    if (uploads.length === 0) return;
    const wanted = await db
      .selectFrom('c1_tasks')
      .leftJoin('syncs', 'syncs.c1_task_id', 'c1_tasks.id')
      .select('c1_tasks.id')
      .where(isAmong(db, 'c1_tasks.id', uploads.map(taskIdOf)))
      .where((where) =>
        where.or([where('c1_tasks.state', 'in', ['pending', 'leased']), where('syncs.result', '=', 'RUNNING')]),
      )
      .execute();
    const taskIds = new Set(wanted.map(({ id }) => id));
    for (const upload of uploads) if (!taskIds.has(taskIdOf(upload))) await rm(join(folder, upload), { force: true });
  }

  pathOf(place: string): string {
    return resolve(this.#dataDir, place);
  }

  /** Drops the files of old syncs; their rows stay. */
  async prune(connectorId: string): Promise<void> {
    const { db } = this.#store;
    const held = await db
      .selectFrom('connectors')
      .select('held_back_sync_id')
      .where('id', '=', connectorId)
      .executeTakeFirst();
    const old = await db
      .selectFrom('syncs')
      .select(['id', 'file_path'])
      .where('connector_id', '=', connectorId)
      .where('file_path', 'is not', null)
      .where('result', '<>', 'RUNNING')
      .orderBy('started_ms', 'desc')
      .orderBy('id', 'desc')
      .offset(FILES_KEPT)
      .limit(1_000)
      .execute();
    for (const { id, file_path } of old) {
      if (id === held?.held_back_sync_id || file_path === null) continue;
      const shared = await db
        .selectFrom('syncs')
        .select('id')
        .where('file_path', '=', file_path)
        .where('connector_id', '=', connectorId)
        .where('id', '<>', id)
        .executeTakeFirst();
      const noFile = { file_path: null, file_bytes: null, file_sha256: null };
      await db.updateTable('syncs').set(noFile).where('id', '=', id).execute();
      // A confirmed sync has the file of the one that was held back.
      if (shared === undefined) await rm(this.pathOf(file_path), { force: true });
    }
  }
}

/** The rest is still arriving. */
const isWhole = (upload: string): boolean => /\.(c1z|log)$/.test(upload);
/** Of `<id of the task>-<start of the checksum>.c1z`. */
const taskIdOf = (upload: string): string => upload.split('-', 1)[0] ?? '';

/** The `.c1z` of a past sync. @throws BatonError `NotFound` when it is not kept (any more) */
export async function readSyncFile(
  db: Db,
  dataDir: string,
  connectorId: string,
  syncId: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const sync = await db
    .selectFrom('syncs')
    .select('file_path')
    .where('id', '=', syncId)
    .where('connector_id', '=', connectorId)
    .executeTakeFirst();
  const notKept = `The sync ${syncId} has no file here. Those of the last ${FILES_KEPT} syncs are kept.`;
  const path = sync?.file_path ?? undefined;
  if (path === undefined) throw new BatonError(Code.NotFound, notKept);
  try {
    return await readFile(resolve(dataDir, path));
  } catch (cause) {
    throw new BatonError(Code.NotFound, notKept, { cause });
  }
}

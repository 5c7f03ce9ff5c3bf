import { createHash, randomUUID } from 'node:crypto';
import { appendFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type C1zStore, openC1z, removeC1z, type SyncStats } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { SyncOptions } from '../../sync/options.ts';
import { canResume } from '../../sync/resume.ts';
import { syncConnector } from '../../sync/sync-connector.ts';
import { noTelemetry } from '../../telemetry/telemetry.ts';
import type { TaskContext } from '../task-handler.ts';

export interface SyncFileRequest {
  readonly context: Pick<
    TaskContext,
    'clock' | 'connector' | 'logger' | 'skipFullSync' | 'stateDir' | 'telemetry' | 'tempDir'
  >;
  readonly options: SyncOptions;
  /** Ends the sync. */
  readonly signal: AbortSignal;
  /** Called when the sync has ended early: what becomes of what was read. */
  readonly fate: (error: BatonError) => Fate;
}

/**
 * `save`: into the file, for a run anywhere that has it. `suspend`: as it is, for a run on this machine. Both cost disk
 * space until then.
 */
export type Fate = 'save' | 'suspend' | 'discard';

export interface SyncFile {
  readonly path: string;
  readonly stats: SyncStats;
}

/** Syncs that a later task can go on with, by what they read; others can be removed whenever nobody writes them. */
export const resumableName = /^sync-[0-9a-f]{16}\.c1z/;
export const passingName = /^once-[0-9a-f-]{36}\.c1z/;

/**
 * Syncs into a file of the state folder, from where an earlier task with the same options was interrupted, if one was.
 * The file holds this one sync. Nothing stays behind when it fails, unless `fate` says so.
 */
export async function writeSyncFile(request: SyncFileRequest): Promise<SyncFile> {
  const { context, options, signal, fate } = request;
  const once = join(context.stateDir, `once-${randomUUID()}.c1z`);
  const isResumable = !context.skipFullSync && (options.syncResources ?? []).length === 0;
  const path = isResumable ? join(context.stateDir, `sync-${nameOf(options)}.c1z`) : once;
  const store = await openForOne(path, request);
  let stats: SyncStats;
  try {
    for (const note of await context.connector.validate({ signal })) context.logger.warn(note);
    stats = context.skipFullSync ? await emptySync(store) : await sync(store, request);
    await store.close();
  } catch (error) {
    const reason = BatonError.from(signal.aborted ? signal.reason : error, 'syncing');
    await leave(store, isResumable ? fate(reason) : 'discard', context);
    throw reason;
  }
  // A finished sync is nothing to go on with.
  if (path !== once) await rename(path, once);
  return { path: once, stats };
}

async function leave(store: C1zStore, fate: Fate, { logger, tempDir }: SyncFileRequest['context']): Promise<void> {
  try {
    if (fate === 'save') return await store.close();
    if (fate === 'suspend') return await store.suspend();
    await store.discard();
  } catch (error) {
    logger.warn('What an interrupted sync had read could not be kept', { error });
  }
  await removeC1z(store.path, { tempDir }).catch((error: unknown) => {
    logger.warn('What is left of a sync could not be removed', { file: store.path, error });
  });
}

async function sync(store: C1zStore, { context, options, signal }: SyncFileRequest): Promise<SyncStats> {
  const { connector, logger, clock, telemetry = noTelemetry } = context;
  const syncClock = clock && { now: () => clock.nowMs(), sleep: clock.sleep.bind(clock) };
  const progress = telemetry.syncSteps();
  try {
    const request = { store, connector, logger, signal, options, progress };
    return (await syncConnector({ ...request, ...(syncClock && { clock: syncClock }) })).stats;
  } finally {
    progress.end();
  }
}

/** `--skip-full-sync`: the server gets a full sync in which nothing is (`service-protocol.md §9`). */
async function emptySync(store: C1zStore): Promise<SyncStats> {
  const writer = store.startSync({ syncType: 'full' });
  writer.markSupportsDiff();
  return store.finishSync(writer, { syncToken: '', keepSyncCount: 1 });
}

/** Opens the file if what is in it can be gone on with, else a new one in its place. */
async function openForOne(path: string, { context, options, signal }: SyncFileRequest): Promise<C1zStore> {
  const { tempDir, connector, logger } = context;
  const open = async (): Promise<C1zStore> => {
    // An empty file, so that what a killed run leaves in other folders has a name here. Opening tells what is wrong.
    await appendFile(path, '', { mode: 0o600 }).catch(() => {});
    return openC1z(path, { tempDir, signal });
  };
  let store: C1zStore | undefined;
  try {
    store = await open();
    if (store.runs().length === 0 || (await canResume(store, connector, options))) return store;
  } catch (error) {
    await store?.suspend();
    if (!BatonError.is(error) || error.code !== Code.DataLoss) throw error;
    logger.warn('An interrupted sync is damaged', { error });
  }
  logger.info('An interrupted sync cannot be gone on with; starting anew');
  await store?.discard();
  await removeC1z(path, { tempDir });
  return open();
}

/** Tasks with the same name read the same. */
function nameOf(options: SyncOptions): string {
  const { syncResourceTypes = [], skipEntitlementsAndGrants, skipGrants, skipExpandGrants } = options;
  const text = JSON.stringify([syncResourceTypes.toSorted(), skipEntitlementsAndGrants, skipGrants, skipExpandGrants]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

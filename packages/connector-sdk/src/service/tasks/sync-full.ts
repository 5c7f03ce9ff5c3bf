import { rm } from 'node:fs/promises';
import type { SyncStats } from '@baton-ts/c1z';
import type { Resource } from '@baton-ts/protocol/connector-v2';
import type { Task_SyncFullTask } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Clock, systemClock } from '../../http/clock.ts';
import { formatResourceBid } from '../../model/baton-id.ts';
import { InvariantViolation } from '../../sync/invariants.ts';
import type { SyncOptions } from '../../sync/options.ts';
import { type Heartbeat, startHeartbeat } from '../heartbeat.ts';
import type { TaskContext, TaskOutcome } from '../task-handler.ts';
import { uploadFile } from '../upload.ts';
import { nonRetryable, retryable } from './outcomes.ts';
import { type Fate, writeSyncFile } from './sync-file.ts';

/** Services that have said which kind of file they write. */
const told = new WeakSet<object>();

/** Syncs into a file, uploads it, and removes it (`service-protocol.md §9`). Heartbeats go on all the while. */
export async function syncFull(taskId: string, task: Task_SyncFullTask, context: TaskContext): Promise<TaskOutcome> {
  const { client, hostId, logger, signal, metrics, clock = systemClock } = context;
  let heartbeat: Heartbeat | undefined;
  try {
    heartbeat = await startHeartbeat({ client, hostId, taskId, clock, logger, signal });
  } catch (error) {
    if (signal.aborted) return retryable(BatonError.from(error, 'beginning the sync'));
    logger.warn('A sync was not begun, since the server could not be told', { task_id: taskId, error });
    return { kind: 'told' };
  }
  if (!heartbeat) {
    logger.info('A sync was cancelled before it began', { task_id: taskId });
    return { kind: 'told' };
  }
  sayFileKind(task, context);
  const startedMs = clock.nowMs();
  let stats: SyncStats | undefined;
  try {
    stats = await syncAndUpload(taskId, { task, context, heartbeat, clock });
    return { kind: 'success' };
  } catch (error) {
    const reason = BatonError.from(heartbeat.signal.aborted ? heartbeat.signal.reason : error, 'syncing');
    return reason instanceof InvariantViolation ? nonRetryable(reason) : retryable(reason);
  } finally {
    metrics?.syncFinished(stats, clock.nowMs() - startedMs);
    await heartbeat.stop();
  }
}

interface Work {
  readonly task: Task_SyncFullTask;
  readonly context: TaskContext;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
}

async function syncAndUpload(taskId: string, { task, context, heartbeat, clock }: Work): Promise<SyncStats> {
  const { client, hostId, logger } = context;
  const { signal } = heartbeat;
  const { path, stats } = await writeSyncFile({
    context,
    options: optionsOf(task, context.syncOptions),
    signal,
    fate: (error) => fateOf(error, heartbeat, context.signal),
  });
  try {
    const bytes = await uploadFile({ client, hostId, taskId, path, clock, logger, signal });
    logger.info('Sync uploaded', { task_id: taskId, bytes, grants: stats.grants, resources: stats.resources });
    return stats;
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * A stopped service may be started elsewhere, and a lost server sends the task again. A sync that was cancelled is not
 * wanted; one that cannot succeed as it is would fail again; and a full disk is needed by others.
 */
function fateOf(error: BatonError, heartbeat: Heartbeat, stopped: AbortSignal): Fate {
  if (heartbeat.isCancelled || error.code === Code.ResourceExhausted) return 'discard';
  if (stopped.aborted) return 'save';
  return heartbeat.signal.aborted || error.retryable ? 'suspend' : 'discard';
}

/** What the task says goes before what the connector was started with; some flags count for one-shot runs only. */
function optionsOf(task: Task_SyncFullTask, local: SyncOptions): SyncOptions {
  const types = task.syncResourceTypeIds.length > 0 ? task.syncResourceTypeIds : (local.syncResourceTypes ?? []);
  return {
    ...local,
    keepSyncCount: 1,
    syncResources: [...new Set(task.targetedSyncResources.map(bidOf))],
    syncResourceTypes: types,
    skipEntitlementsAndGrants: task.skipEntitlementsAndGrants,
    skipGrants: task.skipGrants,
    skipExpandGrants: task.skipExpandGrants,
  };
}

function bidOf({ id, parentResourceId: parent }: Resource): string {
  return formatResourceBid({
    resourceType: id?.resourceType ?? '',
    resource: id?.resource ?? '',
    ...(parent && { parent: { resourceType: parent.resourceType, resource: parent.resource } }),
  });
}

function sayFileKind({ storageEngine }: Task_SyncFullTask, { client, logger }: TaskContext): void {
  if (storageEngine === 'sqlite' || told.has(client)) return;
  told.add(client);
  const asked = storageEngine === '' ? 'no kind of file' : `a ${storageEngine} file`;
  logger.info(`The server asked for ${asked}; it gets a version 1 file (SQLite), which it reads as well`);
}

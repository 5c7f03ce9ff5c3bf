import { type SyncRun, syncRun } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import KSUID from 'ksuid';
import type { Selectable, Transaction, Updateable } from 'kysely';
import { z } from 'zod';
import { type ConnectorEvent, transitions } from '../domain/connector-state.ts';
import { progressWords } from '../domain/sync-progress.ts';
import { nextSyncMs, readSchedule } from '../domain/sync-schedule.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type ConnectorRow, peopleById } from './connector-rows.ts';
import { time, timeOrNull } from './show-connector.ts';

export type SyncRow = Selectable<Tables['syncs']>;

export interface NewSync {
  readonly trigger: SyncRow['trigger'];
  /** Of the person who asked. */
  readonly triggeredBy: string | null;
  readonly nowMs: number;
  /** Of a confirmed sync: the file that was held back. */
  readonly file?: Pick<SyncRow, 'file_path' | 'file_bytes' | 'file_sha256'>;
}

/**
 * Moves the connector to what the event makes of its state, and writes it.
 *
 * @throws BatonError `FailedPrecondition` when the event cannot happen in this state
 */
export async function moved(
  trx: Transaction<Tables>,
  row: ConnectorRow,
  event: ConnectorEvent,
  changes: Updateable<Tables['connectors']>,
): Promise<ConnectorRow> {
  const transition = transitions[row.status][event];
  if (transition.kind === 'refused') throw new BatonError(Code.FailedPrecondition, transition.reason);
  return await trx
    .updateTable('connectors')
    .set({ ...changes, status: transition.status })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Queues a sync, unless one is under way: there is one at a time. The process that works on connectors finds it.
 *
 * @throws BatonError `FailedPrecondition` when the state does not let it
 */
export async function beginSync(
  trx: Transaction<Tables>,
  row: ConnectorRow,
  event: ConnectorEvent,
  { trigger, triggeredBy, nowMs, file }: NewSync,
): Promise<{ readonly row: ConnectorRow; readonly sync: SyncRow | undefined }> {
  if ((await runningSync(trx, row.id)) !== undefined) {
    return { row: await moved(trx, row, event, {}), sync: undefined };
  }
  const progress = { step: file === undefined ? ('KEY' as const) : ('SAVE' as const), done: null, total: null };
  const next = await moved(trx, row, event, {
    status_reason: file === undefined ? 'waiting for the connector' : progressWords(progress),
    progress: JSON.stringify({ ...progress, startedAt: time(nowMs) }),
    paused_by: null,
    paused_ms: null,
    next_sync_ms: nextSyncMs(readSchedule(row.schedule), nowMs),
  });
  const sync = await trx
    .insertInto('syncs')
    .values({
      id: KSUID.randomSync(new Date(nowMs)).string,
      connector_id: row.id,
      app_id: row.app_id,
      c1_task_id: null,
      trigger,
      triggered_by: triggeredBy,
      started_ms: nowMs,
      finished_ms: null,
      result: 'RUNNING',
      reason: '',
      counts: null,
      differences: null,
      warnings: '[]',
      ...(file ?? { file_path: null, file_bytes: null, file_sha256: null }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row: next, sync };
}

export async function runningSync(db: Db, connectorId: string): Promise<SyncRow | undefined> {
  return await db
    .selectFrom('syncs')
    .selectAll()
    .where('connector_id', '=', connectorId)
    .where('result', '=', 'RUNNING')
    .executeTakeFirst();
}

/** Ends the sync under way, if there is one; its task is taken back by the process that works on connectors. */
export async function cancelRunningSync(
  trx: Transaction<Tables>,
  connectorId: string,
  reason: string,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('syncs')
    .set({ result: 'CANCELLED', reason, finished_ms: nowMs })
    .where('connector_id', '=', connectorId)
    .where('result', '=', 'RUNNING')
    .execute();
}

const counts = syncRun.shape.counts;
const differences = syncRun.shape.differences;
const warnings = z.array(z.string());

/** @param withFiles whether the reader may download files; others do not see that there are any */
export async function showSyncs(db: Db, rows: readonly SyncRow[], withFiles: boolean): Promise<SyncRun[]> {
  const people = await peopleById(
    db,
    rows.map((row) => row.triggered_by),
  );
  return rows.map((row) => ({
    id: row.id,
    connectorId: row.connector_id,
    startedAt: time(row.started_ms),
    finishedAt: timeOrNull(row.finished_ms),
    trigger: row.trigger,
    triggeredBy: people.get(row.triggered_by) ?? null,
    result: row.result,
    reason: row.reason,
    counts: counts.parse(json(row.counts)),
    differences: differences.parse(json(row.differences)),
    warnings: warnings.parse(json(row.warnings)),
    fileBytes: withFiles ? row.file_bytes : null,
    fileSha256: withFiles ? row.file_sha256 : null,
  }));
}

function json(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

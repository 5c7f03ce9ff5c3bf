import type { SyncRun } from '@baton-ts/console-api';
import type { Transaction } from 'kysely';
import { type RequestContext, systemActor } from '../domain/actor.ts';
import { type ConnectorEvent, FAILURES_TOLD, isScheduled } from '../domain/connector-state.ts';
import { errorReason } from '../domain/connector-words.ts';
import { nextSyncMs, readSchedule } from '../domain/sync-schedule.ts';
import type { Tables } from '../store/tables.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { asTarget, type ConnectorRow, findRow, lockConnector, ownersOf } from './connector-rows.ts';
import { connectorUrl } from './create-connector.ts';
import { moved, type SyncRow } from './sync-runs.ts';

/** How a sync ended. */
export interface SyncOutcome {
  readonly result: 'APPLIED' | 'UNCHANGED' | 'HELD_BACK' | 'FAILED';
  readonly counts: SyncRun['counts'];
  readonly differences: SyncRun['differences'];
  readonly warnings: readonly string[];
  /** Why it failed or is held back: for people. */
  readonly reason: string;
}

export type FileOfSync = Pick<SyncRow, 'file_path' | 'file_bytes' | 'file_sha256'>;

const eventOf: Readonly<Record<SyncOutcome['result'], ConnectorEvent>> = {
  APPLIED: 'sync_applied',
  UNCHANGED: 'sync_applied',
  HELD_BACK: 'sync_held_back',
  FAILED: 'sync_failed',
};

export const failed = (reason: string): SyncOutcome => ({
  result: 'FAILED',
  counts: null,
  differences: null,
  warnings: [],
  reason,
});

/** What the console does by itself, for the system log. */
export function ownContext(requestId: string): RequestContext {
  return { actor: systemActor, requestId, ip: '', signal: new AbortController().signal };
}

/**
 * Writes how a sync ended: its row, the connector's label, mail to whom it concerns, the system log. One that was
 * cancelled meanwhile stays cancelled, except that data which was applied counts as applied.
 *
 * @param notes what the connector said that it cannot do; undefined leaves those that are there
 * @returns the connector afterwards, undefined when nothing was written
 */
export async function finishSync(
  parts: Pick<ConnectorParts, 'store' | 'clock' | 'audit' | 'mailer' | 'webUrl' | 'instanceName'>,
  sync: Pick<SyncRow, 'id' | 'connector_id'>,
  outcome: SyncOutcome,
  { file, notes }: { readonly file?: FileOfSync | undefined; readonly notes?: readonly string[] | undefined } = {},
): Promise<ConnectorRow | undefined> {
  const { store, clock, audit } = parts;
  const instanceName = await parts.instanceName();
  return await store.transaction(async (trx) => {
    await lockConnector(store, trx, sync.connector_id);
    const nowMs = clock.now();
    const { result, counts, differences, warnings, reason } = outcome;
    const written = await trx
      .updateTable('syncs')
      .set({
        result,
        reason,
        counts: counts === null ? null : JSON.stringify(counts),
        differences: differences === null ? null : JSON.stringify(differences),
        warnings: JSON.stringify(warnings),
        finished_ms: nowMs,
        ...file,
      })
      .where('id', '=', sync.id)
      .where('result', 'in', result === 'FAILED' || result === 'HELD_BACK' ? ['RUNNING'] : ['RUNNING', 'CANCELLED'])
      .returning('id')
      .executeTakeFirst();
    const row = await findRow(trx, sync.connector_id);
    if (written === undefined || row === undefined || row.deleted_ms !== null) return undefined;
    const next = await moved(trx, row, eventOf[result], changesOf(row, sync.id, outcome, notes, nowMs));
    await tell(parts, trx, next, outcome, instanceName);
    await audit.append(trx, ownContext(sync.id), {
      action: `connector.${result === 'HELD_BACK' ? 'anomaly_raised' : result === 'FAILED' ? 'sync_failed' : 'sync_finished'}`,
      target: asTarget(next),
      after: {
        result,
        ...(reason !== '' && { reason }),
        ...(counts !== null && { counts }),
        ...(differences !== null && { differences }),
      },
    });
    return next;
  });
}

function changesOf(
  row: ConnectorRow,
  syncId: string,
  { result, reason }: SyncOutcome,
  notes: readonly string[] | undefined,
  nowMs: number,
) {
  // A label that says Paused goes on to say by whom.
  const statusReason = (text: string) => (row.status === 'PAUSED' ? row.status_reason : text);
  const next = row.next_sync_ms ?? (isScheduled(row.status) ? nextSyncMs(readSchedule(row.schedule), nowMs) : null);
  switch (result) {
    case 'FAILED':
      return {
        progress: null,
        last_error: reason,
        failures: row.failures + 1,
        status_reason: row.held_back_sync_id === null ? statusReason(errorReason(reason)) : row.status_reason,
        next_sync_ms: next,
      };
    case 'HELD_BACK':
      return {
        progress: null,
        held_back_sync_id: syncId,
        status_reason: statusReason(reason),
        next_sync_ms: null,
      };
    case 'APPLIED':
    case 'UNCHANGED':
      return {
        progress: null,
        last_error: null,
        failures: 0,
        last_good_sync_ms: nowMs,
        held_back_sync_id: null,
        status_reason: statusReason(''),
        next_sync_ms: next,
        ...(notes !== undefined && { notes: JSON.stringify(notes) }),
      };
  }
}

/** Once for each streak of failures, and for each sync that is held back. */
async function tell(
  { mailer, webUrl }: Pick<ConnectorParts, 'mailer' | 'webUrl'>,
  trx: Transaction<Tables>,
  row: ConnectorRow,
  { result, reason }: SyncOutcome,
  instanceName: string,
): Promise<void> {
  const isStreak = result === 'FAILED' && row.failures === FAILURES_TOLD;
  if (!isStreak && result !== 'HELD_BACK') return;
  const [what, text] = isStreak
    ? [
        `${row.display_name} fails to sync`,
        `${FAILURES_TOLD} syncs of ${row.display_name} in a row have failed. The last one: ${reason}\n\nWhat was read before is kept. No further mail comes until a sync has succeeded.`,
      ]
    : [
        `${row.display_name} is paused because data dropped`,
        `The last sync of ${row.display_name} brought much less than the one before: ${reason}. It is not applied. Confirm the changes if they are right; else repair the source and sync again.`,
      ];
  for (const { email, displayName } of await concerned(trx, row)) {
    await mailer.send(trx, {
      to: email,
      subject: `${instanceName}: ${what}`,
      text: `Hello ${displayName},\n\n${text}\n\n${connectorUrl(webUrl, row)}\n`,
      secrets: [],
    });
  }
}

/** Its owners, or those of its app when it has none. */
async function concerned(trx: Transaction<Tables>, row: ConnectorRow) {
  const owners = (await ownersOf(trx, [row.id])).get(row.id) ?? [];
  if (owners.length > 0) return owners;
  const people = await trx
    .selectFrom('app_owners')
    .innerJoin('people', 'people.id', 'app_owners.person_id')
    .select(['people.id', 'people.display_name as displayName', 'people.email'])
    .where('app_owners.app_id', '=', row.app_id)
    .execute();
  return people;
}

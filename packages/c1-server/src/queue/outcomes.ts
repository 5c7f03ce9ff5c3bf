import type { BatonServiceFinishTaskRequest } from '@baton-ts/protocol/connectorapi-v1';
import type { TaskRecord } from '../store/store.ts';

export const isOpen = ({ state }: Pick<TaskRecord, 'state'>): boolean => state === 'pending' || state === 'leased';

export interface FinishFacts {
  /** The request, encoded. */
  readonly result: Uint8Array;
  readonly now: number;
  readonly maxAttempts: number;
  readonly retryAtMs: number;
}

/** What a task becomes by a FinishTask (`service-protocol.md §7`); undefined when it changes nothing. */
export function afterFinish(
  task: TaskRecord,
  request: BatonServiceFinishTaskRequest,
  { result, now, maxAttempts, retryAtMs }: FinishFacts,
): TaskRecord | undefined {
  const isSuccess = request.finalState.case === 'success';
  const isEmptySync = task.type === 'syncFull' && !task.uploads.some((upload) => upload.kind !== 'log');
  // A task that ended by what a connector said has no reason of the server's own.
  if (!isOpen(task) && (task.reason === undefined || !isSuccess || isEmptySync)) return undefined;
  // A host that lost the task says that it failed, and another works on it: not the last word.
  if (!isSuccess && task.state === 'leased' && task.lease?.hostId !== request.hostId) return undefined;
  const rest = { ...task, lease: undefined, reason: undefined, result };
  if (isSuccess) {
    if (isEmptySync) {
      const reason = 'The connector called the sync done, but sent no file.';
      return { ...rest, state: 'failed', endedAtMs: now, reason };
    }
    return { ...rest, state: 'finished', endedAtMs: now };
  }
  if (task.cancelRequested) return { ...rest, state: 'cancelled', endedAtMs: now };
  const isFinal = request.finalState.case === 'error' && request.finalState.value.nonRetryable;
  if (isFinal || task.attempts >= maxAttempts) return { ...rest, state: 'failed', endedAtMs: now };
  return { ...rest, state: 'pending', notBeforeMs: retryAtMs };
}

/**
 * What a task becomes whose host is gone.
 *
 * @param why ends the sentence "Nobody said how it ended: …"
 */
export function afterLostLease(task: TaskRecord, now: number, maxAttempts: number, why: string): TaskRecord {
  const rest = { ...task, lease: undefined };
  if (task.cancelRequested) {
    return { ...rest, state: 'cancelled', endedAtMs: now, reason: `Cancelled. Nobody said how it ended: ${why}.` };
  }
  if (task.attempts < maxAttempts) return { ...rest, state: 'pending', notBeforeMs: now };
  const reason = `Nobody said how it ended: ${why}, at attempt ${task.attempts} of ${maxAttempts}.`;
  return { ...rest, state: 'failed', endedAtMs: now, reason };
}

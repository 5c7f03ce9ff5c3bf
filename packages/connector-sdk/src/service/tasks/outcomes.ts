import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { TaskOutcome } from '../task-handler.ts';

type Failure = Extract<TaskOutcome, { kind: 'error' }>;

/** The server may send the task again: to this instance or to another one. */
export function retryable(error: BatonError): Failure {
  return { kind: 'error', error, nonRetryable: false };
}

/** The server must not send the task again. */
export function nonRetryable(error: BatonError, details: readonly Any[] = []): Failure {
  return { kind: 'error', error, nonRetryable: true, ...(details.length > 0 && { details }) };
}

/** A task without a field that it needs; the words are the Go connector's (`service-protocol.md §10`). */
export function malformed(text: string): Failure {
  return nonRetryable(new BatonError(Code.Unknown, text));
}

import { packAny, registry } from '@baton-ts/protocol';
import { RateLimitDescription_Status, RateLimitDescriptionSchema } from '@baton-ts/protocol/connector-v2';
import {
  type BatonServiceFinishTaskRequest,
  BatonServiceFinishTaskRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type Message } from '@bufbuild/protobuf';
import { type Any, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { TaskOutcome } from './task-handler.ts';

/** The rules of the protocol allow no more (`service-protocol.md §13`). */
const maxAnnotations = 16;
/** A longer message is a page of something that nobody reads. */
const maxMessageCharacters = 8192;

/** A task and how it ended. */
export interface FinishedTask {
  readonly hostId: string;
  readonly taskId: string;
  readonly outcome: Exclude<TaskOutcome, { kind: 'told' }>;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}

/** How the end of a task is told to the server (`service-protocol.md §7`). */
export function finishRequest({ hostId, taskId, outcome, wallMs }: FinishedTask): BatonServiceFinishTaskRequest {
  const annotations = (outcome.annotations ?? []).slice(0, maxAnnotations);
  if (outcome.kind === 'success') {
    const { response } = outcome;
    return create(BatonServiceFinishTaskRequestSchema, {
      hostId,
      taskId,
      finalState: {
        case: 'success',
        value: { annotations, ...(response === undefined ? {} : { response: packed(response) }) },
      },
    });
  }
  const { error, nonRetryable } = outcome;
  return create(BatonServiceFinishTaskRequestSchema, {
    hostId,
    taskId,
    status: {
      code: error.code,
      message: error.message.slice(0, maxMessageCharacters),
      details: [...(outcome.details ?? []), ...rateLimit(error, wallMs)],
    },
    finalState: { case: 'error', value: { nonRetryable, annotations } },
  });
}

function packed(message: Message): Any {
  const schema = registry.getMessage(message.$typeName);
  if (schema === undefined) throw new BatonError(Code.Internal, `no message is named ${message.$typeName}`);
  return packAny(schema, message);
}

/** When the target named a time to come back, the server is told it as the connector would (`service-protocol.md §11`). */
function rateLimit({ retryAfterMs }: BatonError, wallMs: number): Any[] {
  if (retryAfterMs === undefined) return [];
  const resetAt = timestampFromMs(wallMs + retryAfterMs);
  return [packAny(RateLimitDescriptionSchema, { status: RateLimitDescription_Status.OVERLIMIT, resetAt })];
}

import {
  type BatonServiceFinishTaskRequest,
  BatonServiceFinishTaskRequestSchema,
  type Task,
  TaskSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { fromBinary } from '@bufbuild/protobuf';
import type { TaskRecord } from '../store/store.ts';

/** A task as callers of the library see it. */
export interface TaskView extends Omit<TaskRecord, 'task' | 'result'> {
  /** What the connector is asked to do. */
  readonly request: Task;
  /** How the connector said it ended; undefined while it is open, and when no connector said so. */
  readonly result: BatonServiceFinishTaskRequest | undefined;
}

export function taskView({ task, result, ...record }: TaskRecord): TaskView {
  return {
    ...record,
    request: fromBinary(TaskSchema, task),
    result: result === undefined ? undefined : fromBinary(BatonServiceFinishTaskRequestSchema, result),
  };
}

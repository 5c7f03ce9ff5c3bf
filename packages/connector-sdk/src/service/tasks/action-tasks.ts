import {
  BatonActionStatus,
  GetActionSchemaRequestSchema,
  GetActionStatusRequestSchema,
  InvokeActionRequestSchema,
  ListActionSchemasRequestSchema,
} from '@baton-ts/protocol/connector-v2';
import type {
  Task_ActionGetSchemaTask,
  Task_ActionInvokeTask,
  Task_ActionListSchemasTask,
  Task_ActionStatusTask,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type JsonObject, type Message } from '@bufbuild/protobuf';
import type { TaskContext, TaskOutcome } from '../task-handler.ts';
import { retryable } from './outcomes.ts';

// Actions are not held back by `--provisioning`, and their answers' annotations stay inside the answers
// (`service-protocol.md §7, §10`).

export async function listActionSchemas(
  { resourceTypeId, annotations }: Task_ActionListSchemasTask,
  { provisioner }: TaskContext,
): Promise<TaskOutcome> {
  const request = create(ListActionSchemasRequestSchema, { resourceTypeId, annotations });
  return answer('listing the actions', () => provisioner.listActionSchemas(request));
}

export async function getActionSchema(
  { name, annotations }: Task_ActionGetSchemaTask,
  { provisioner }: TaskContext,
): Promise<TaskOutcome> {
  if (name === '') return missing('action name required');
  const request = create(GetActionSchemaRequestSchema, { name, annotations });
  return answer(`reading the action ${name}`, () => provisioner.getActionSchema(request));
}

export async function invokeAction(
  { name, args, resourceTypeId, annotations }: Task_ActionInvokeTask,
  { provisioner, signal, logger }: TaskContext,
): Promise<TaskOutcome> {
  if (name === '') return missing('action name required');
  const request = create(InvokeActionRequestSchema, {
    name,
    resourceTypeId,
    annotations,
    ...(args !== undefined && { args }),
  });
  return answer(`the action ${name}`, () =>
    provisioner.invokeAction(request, { signal, onNote: (note) => logger.info(note, { action: name }) }),
  );
}

export async function getActionStatus(
  { id, name, annotations }: Task_ActionStatusTask,
  { provisioner }: TaskContext,
): Promise<TaskOutcome> {
  if (id === '') return missing('action id required');
  const request = create(GetActionStatusRequestSchema, { id, name, annotations });
  return answer(`the status of the action ${name || id}`, () => provisioner.getActionStatus(request));
}

interface MaybeFailed {
  readonly status?: BatonActionStatus | undefined;
  readonly response?: JsonObject | undefined;
}

async function answer(doing: string, call: () => (Message & MaybeFailed) | Promise<Message & MaybeFailed>) {
  try {
    const response = await call();
    if (response.status === BatonActionStatus.FAILED) return failedAction(response.response);
    return { kind: 'success' as const, response };
  } catch (error) {
    return retryable(BatonError.from(error, doing));
  }
}

/** A failed action has an answer, and still is an error to the server. */
function failedAction(response: JsonObject | undefined): TaskOutcome {
  const said = response?.['error'];
  return retryable(new BatonError(Code.Unknown, typeof said === 'string' && said !== '' ? said : 'action failed'));
}

function missing(text: string): TaskOutcome {
  return retryable(new BatonError(Code.Unknown, text));
}

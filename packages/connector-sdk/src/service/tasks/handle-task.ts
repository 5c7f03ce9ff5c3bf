import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { TaskHandler } from '../task-handler.ts';
import { getActionSchema, getActionStatus, invokeAction, listActionSchemas } from './action-tasks.ts';
import {
  createAccount,
  createResource,
  deleteResource,
  grant,
  issueCredential,
  revoke,
  rotateCredentials,
} from './change-tasks.ts';
import { nonRetryable, retryable } from './outcomes.ts';
import { syncFull } from './sync-full.ts';

/**
 * Carries out one task (`service-protocol.md §10`), all types but `hello`, which only the connection can answer.
 *
 * What this SDK never does is answered at once and for good: the Go connector answers some of those as retryable or not
 * at all, and a server without a cap would send them for ever. A type that is not known may be known to another instance.
 */
export const handleTask: TaskHandler = async ({ id, taskType }, context) => {
  switch (taskType.case) {
    case 'syncFull':
      return syncFull(id, taskType.value, context);
    case 'grant':
      return grant(taskType.value, context);
    case 'revoke':
      return revoke(taskType.value, context);
    case 'createAccount':
      return createAccount(taskType.value, context);
    case 'createResource':
      return createResource(taskType.value, context);
    case 'deleteResource':
      return deleteResource(taskType.value, context);
    case 'rotateCredentials':
      return rotateCredentials(taskType.value, context);
    case 'issueCredential':
      return issueCredential(taskType.value, context);
    case 'actionListSchemas':
      return listActionSchemas(taskType.value, context);
    case 'actionGetSchema':
      return getActionSchema(taskType.value, context);
    case 'actionInvoke':
      return invokeAction(taskType.value, context);
    case 'actionStatus':
      return getActionStatus(taskType.value, context);
    case 'createTicketTask':
    case 'listTicketSchemas':
    case 'getTicket':
    case 'bulkCreateTickets':
    case 'bulkGetTickets':
      return nonRetryable(new BatonError(Code.Unknown, 'ticketing is not enabled'));
    case 'listEventFeeds':
    case 'listEvents':
      return nonRetryable(new BatonError(Code.Unimplemented, 'this connector has no event feeds'));
    case 'eventFeed':
    case 'createSyncDiff':
    case 'compactSyncs':
      return nonRetryable(unsupported());
    default:
      return retryable(unsupported());
  }
};

function unsupported(): BatonError {
  return new BatonError(Code.Unknown, 'unsupported task type');
}

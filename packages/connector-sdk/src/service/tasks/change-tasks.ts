import { packAny } from '@baton-ts/protocol/annotations';
import {
  CreateAccountRequestSchema,
  CreateResourceRequestSchema,
  DeleteResourceRequestSchema,
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
  type ResourceId,
} from '@baton-ts/protocol/connector-v2';
import type {
  Task_CreateAccountTask,
  Task_CreateResourceTask,
  Task_DeleteResourceTask,
  Task_GrantTask,
  Task_IssueCredentialTask,
  Task_RevokeTask,
  Task_RotateCredentialsTask,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { ErrorInfoSchema } from '@baton-ts/protocol/rpc';
import { create, type Message } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { DeclinedError } from '../../provision/declined.ts';
import type { ChangeCall } from '../../provision/provisioner.ts';
import { provisioningNotEnabled } from '../../provision/refusals.ts';
import type { TaskContext, TaskOutcome } from '../task-handler.ts';
import { malformed, nonRetryable } from './outcomes.ts';

// A change that failed is not sent again: nobody but a person knows whether it is still wanted (`service-protocol.md §10`).

export async function grant({ entitlement, principal }: Task_GrantTask, context: TaskContext): Promise<TaskOutcome> {
  if (!entitlement || !principal) return malformed('malformed grant task');
  const request = create(GrantManagerServiceGrantRequestSchema, { entitlement, principal });
  return change('granting', context, (call) => context.provisioner.grant(request, call));
}

export async function revoke({ grant: held }: Task_RevokeTask, context: TaskContext): Promise<TaskOutcome> {
  if (!held) return malformed('invalid task type');
  const request = create(GrantManagerServiceRevokeRequestSchema, { grant: held });
  return change('revoking', context, (call) => context.provisioner.revoke(request, call));
}

export async function createAccount(task: Task_CreateAccountTask, context: TaskContext): Promise<TaskOutcome> {
  const { accountInfo, credentialOptions, encryptionConfigs, resourceTypeId } = task;
  if (!accountInfo) return malformed('malformed create account task');
  const request = create(CreateAccountRequestSchema, {
    accountInfo,
    encryptionConfigs,
    resourceTypeId,
    ...(credentialOptions !== undefined && { credentialOptions }),
  });
  return change('creating the account', context, (call) => context.provisioner.createAccount(request, call));
}

export async function createResource({ resource }: Task_CreateResourceTask, context: TaskContext) {
  if (!resource) return malformed('malformed create resource task');
  const request = create(CreateResourceRequestSchema, { resource });
  return change('creating the resource', context, (call) => context.provisioner.createResource(request, call));
}

export async function deleteResource(task: Task_DeleteResourceTask, context: TaskContext): Promise<TaskOutcome> {
  const { resourceId, parentResourceId } = task;
  if (!isWhole(resourceId)) return malformed('malformed delete resource task');
  const request = create(DeleteResourceRequestSchema, {
    resourceId,
    ...(parentResourceId !== undefined && { parentResourceId }),
  });
  return change('deleting the resource', context, (call) => context.provisioner.deleteResource(request, call));
}

export async function rotateCredentials({ resourceId }: Task_RotateCredentialsTask, context: TaskContext) {
  if (!isWhole(resourceId)) return malformed('malformed rotate credentials task');
  return change('renewing the credential', context, () => cannot('renew credentials'));
}

export async function issueCredential(
  { identityId, encryptionConfigs }: Task_IssueCredentialTask,
  context: TaskContext,
) {
  if (!isWhole(identityId) || encryptionConfigs.length === 0) return malformed('malformed issue credential task');
  return change('issuing a credential', context, () => cannot('issue credentials'));
}

async function change(
  doing: string,
  { provisioning, signal, logger }: TaskContext,
  run: (call: ChangeCall) => Promise<Message & { readonly annotations: readonly Any[] }>,
): Promise<TaskOutcome> {
  if (!provisioning) return nonRetryable(provisioningNotEnabled());
  try {
    const response = await run({
      signal,
      onAnnounced: ({ summary }) => logger.info(summary),
      onNote: (note) => logger.info(note),
    });
    return { kind: 'success', response, annotations: response.annotations };
  } catch (error) {
    const reason = BatonError.from(error, doing);
    return nonRetryable(reason, reason instanceof DeclinedError ? [declined(reason.message)] : []);
  }
}

/** How the server tells a refusal from a failure (`service-protocol.md §11`). */
function declined(reason: string): Any {
  return packAny(ErrorInfoSchema, {
    reason: 'grant_cancelled',
    domain: 'github.com/conductorone/baton-sdk',
    metadata: { reason },
  });
}

async function cannot(what: string): Promise<never> {
  throw new BatonError(Code.Unimplemented, `this connector cannot ${what}`);
}

function isWhole(id: ResourceId | undefined): id is ResourceId {
  return id !== undefined && id.resourceType !== '' && id.resource !== '';
}

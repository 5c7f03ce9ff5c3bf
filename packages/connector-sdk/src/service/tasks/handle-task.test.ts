import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskPayload } from '@baton-ts/c1-server';
import { findAnnotation, hasAnnotation, unpack } from '@baton-ts/protocol/annotations';
import {
  BatonActionSchemaSchema,
  type EntitlementSchema,
  GrantAlreadyExistsSchema,
  GrantManagerServiceGrantResponseSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { ErrorInfoSchema } from '@baton-ts/protocol/rpc';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Connector } from '../../connector.ts';
import { annotation } from '../../model/annotations.ts';
import { grant } from '../../model/entitlement.ts';
import { plainResource } from '../../model/resource.ts';
import { DeclinedError } from '../../provision/declined.ts';
import { admin, ann, assigned, bob, smallConnector, userType } from '../../sync/testing/small-connector.ts';
import { handleTask } from './handle-task.ts';
import { startTasks, type TaskRun } from './testing/run-task.ts';

/** Ann can be made an admin, Bob is one already, Olga may not be one, and everybody else cannot be reached. */
function changingConnector(): Connector {
  const small = smallConnector({
    user: {
      create: async ({ resource }) => ({ resource }),
      delete: async () => ({}),
      accounts: {
        schema: { $typeName: 'c1.connector.v2.ConnectorAccountCreationSchema', fieldMap: {} },
        create: async () => ({ result: 'created', resource: ann }),
      },
    },
    role: {
      grant: async ({ entitlement, principal }) => {
        switch (principal.id?.resource) {
          case 'ann':
            return { grants: [grant(entitlement, principal)] };
          case 'bob':
            return { annotations: [annotation(GrantAlreadyExistsSchema)] };
          case 'olga':
            throw new DeclinedError('Olga is the owner');
          default:
            throw new BatonError(Code.PermissionDenied, 'the key may not do this');
        }
      },
      revoke: async () => ({}),
    },
  });
  return {
    ...small,
    actions: [
      { schema: create(BatonActionSchemaSchema, { name: 'tidy' }), run: async () => ({ response: { tidied: 3 } }) },
      {
        schema: create(BatonActionSchemaSchema, { name: 'break' }),
        run: async () => {
          throw new BatonError(Code.Internal, 'it broke');
        },
      },
    ],
  };
}

const entitlement: MessageInitShape<typeof EntitlementSchema> = assigned;
const grantTo = (principal: typeof ann): TaskPayload => ({ case: 'grant', value: { entitlement, principal } });
const person = (id: string) => plainResource({ type: userType, id, displayName: id });

/** `code text`, and whether the server may send the task again; or the name of the response. */
function result({ task }: TaskRun): string {
  const { finalState, status } = task.result ?? {};
  if (finalState?.case === 'success') return finalState.value.response?.typeUrl.replace(/^.*\./, '') ?? 'no response';
  assert.equal(finalState?.case, 'error');
  return `${status?.code} ${status?.message}, ${finalState.value.nonRetryable ? 'for good' : 'for now'}`;
}

test('tasks end on the wire as the protocol says', async (t) => {
  const service = await startTasks(t, changingConnector());
  const id = { resourceType: 'user', resource: 'ann' };
  const encryptionConfigs = [{ keyId: 'x' }];
  const expected: readonly (readonly [string, TaskPayload, string])[] = [
    ['a grant', grantTo(ann), 'GrantManagerServiceGrantResponse'],
    ['a grant that fails', grantTo(person('eve')), '7 the key may not do this, for good'],
    ['a grant without a principal', { case: 'grant', value: { entitlement } }, '2 malformed grant task, for good'],
    ['a revocation', { case: 'revoke', value: { grant: grant(assigned, ann) } }, 'GrantManagerServiceRevokeResponse'],
    ['a revocation of nothing', { case: 'revoke', value: {} }, '2 invalid task type, for good'],
    ['an account', { case: 'createAccount', value: { accountInfo: { login: 'ann' } } }, 'CreateAccountResponse'],
    ['an account of nobody', { case: 'createAccount', value: {} }, '2 malformed create account task, for good'],
    ['a resource', { case: 'createResource', value: { resource: person('new') } }, 'CreateResourceResponse'],
    ['no resource', { case: 'createResource', value: {} }, '2 malformed create resource task, for good'],
    ['a deletion', { case: 'deleteResource', value: { resourceId: id } }, 'DeleteResourceResponse'],
    [
      'a deletion of half an id',
      { case: 'deleteResource', value: { resourceId: { resourceType: 'user' } } },
      '2 malformed delete resource task, for good',
    ],
    [
      'a renewal of a credential',
      { case: 'rotateCredentials', value: { resourceId: id } },
      '12 this connector cannot renew credentials, for good',
    ],
    ['a renewal of nothing', { case: 'rotateCredentials', value: {} }, '2 malformed rotate credentials task, for good'],
    [
      'a further credential',
      { case: 'issueCredential', value: { identityId: id, encryptionConfigs } },
      '12 this connector cannot issue credentials, for good',
    ],
    [
      'a further credential that nobody could read',
      { case: 'issueCredential', value: { identityId: id } },
      '2 malformed issue credential task, for good',
    ],
    ['the list of actions', { case: 'actionListSchemas', value: {} }, 'ListActionSchemasResponse'],
    ['an action', { case: 'actionGetSchema', value: { name: 'tidy' } }, 'GetActionSchemaResponse'],
    ['an action without a name', { case: 'actionGetSchema', value: {} }, '2 action name required, for now'],
    ['a call of an action', { case: 'actionInvoke', value: { name: 'tidy' } }, 'InvokeActionResponse'],
    ['a call of nothing', { case: 'actionInvoke', value: {} }, '2 action name required, for now'],
    ['a call of an action that fails', { case: 'actionInvoke', value: { name: 'break' } }, '2 it broke, for now'],
    ['a status of nothing', { case: 'actionStatus', value: {} }, '2 action id required, for now'],
    ['a ticket', { case: 'createTicketTask', value: {} }, '2 ticketing is not enabled, for good'],
    ['kinds of tickets', { case: 'listTicketSchemas', value: {} }, '2 ticketing is not enabled, for good'],
    ['a ticket to read', { case: 'getTicket', value: {} }, '2 ticketing is not enabled, for good'],
    ['tickets', { case: 'bulkCreateTickets', value: {} }, '2 ticketing is not enabled, for good'],
    ['tickets to read', { case: 'bulkGetTickets', value: {} }, '2 ticketing is not enabled, for good'],
    ['event feeds', { case: 'listEventFeeds', value: {} }, '12 this connector has no event feeds, for good'],
    ['events', { case: 'listEvents', value: {} }, '12 this connector has no event feeds, for good'],
    ['the old event feed', { case: 'eventFeed', value: {} }, '2 unsupported task type, for good'],
    ['a difference of syncs', { case: 'createSyncDiff', value: {} }, '2 unsupported task type, for good'],
    ['syncs made one', { case: 'compactSyncs', value: {} }, '2 unsupported task type, for good'],
  ];
  for (const [name, payload, outcome] of expected) {
    await t.test(`${name}: ${outcome}`, async () => assert.equal(result(await service.run(payload)), outcome));
  }

  await t.test('a task of a type that nobody knows may be sent to another instance', async () => {
    const outcome = await handleTask(
      { $typeName: 'c1.connectorapi.baton.v1.Task', id: '', status: 0, debug: false, taskType: { case: undefined } },
      service.context,
    );
    assert.ok(outcome.kind === 'error' && !outcome.nonRetryable);
    assert.equal(outcome.error.message, 'unsupported task type');
  });

  await t.test('what is granted comes back in the response', async () => {
    const { task } = await service.run(grantTo(ann));
    const state = task.result?.finalState;
    assert.ok(state?.case === 'success' && state.value.response);
    const response = unpack(GrantManagerServiceGrantResponseSchema, state.value.response);
    assert.deepEqual(
      response.grants.map((one) => one.id),
      ['role:admin:assigned:user:ann'],
    );
  });

  await t.test('what is there already is a success that says so', async () => {
    const { task } = await service.run(grantTo(bob));
    const state = task.result?.finalState;
    assert.ok(state?.case === 'success' && hasAnnotation(state.value.annotations, GrantAlreadyExistsSchema));
  });

  await t.test('a connector that declines gives its reason as a detail', async () => {
    const { task } = await service.run(grantTo(person('olga')));
    const details = task.result?.status?.details ?? [];
    assert.deepEqual(
      { ...findAnnotation(details, ErrorInfoSchema) },
      {
        $typeName: 'google.rpc.ErrorInfo',
        reason: 'grant_cancelled',
        domain: 'github.com/conductorone/baton-sdk',
        metadata: { reason: 'Olga is the owner' },
      },
    );
  });

  const off: readonly TaskPayload[] = [
    grantTo(ann),
    { case: 'revoke', value: { grant: grant(assigned, ann) } },
    { case: 'createAccount', value: { accountInfo: { login: 'ann' } } },
    { case: 'createResource', value: { resource: admin } },
    { case: 'deleteResource', value: { resourceId: id } },
    { case: 'rotateCredentials', value: { resourceId: id } },
    { case: 'issueCredential', value: { identityId: id, encryptionConfigs } },
  ];
  for (const payload of off) {
    await t.test(`without --provisioning there is no ${payload.case}`, async () => {
      const run = await service.run(payload, { provisioning: false });
      assert.match(result(run), /^9 provisioning is not enabled.*, for good$/);
    });
  }

  await t.test('without --provisioning there are actions', async () => {
    const run = await service.run({ case: 'actionInvoke', value: { name: 'tidy' } }, { provisioning: false });
    assert.equal(result(run), 'InvokeActionResponse');
  });
});

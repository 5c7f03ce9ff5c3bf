import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldSchema } from '@baton-ts/protocol/config-v1';
import {
  BatonActionSchemaSchema,
  BatonActionStatus,
  GetActionSchemaRequestSchema,
  GetActionStatusRequestSchema,
  InvokeActionRequestSchema,
  ListActionSchemasRequestSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type JsonObject } from '@bufbuild/protobuf';
import type { ChangeRequest, ConnectorAction } from '../changes.ts';
import type { Clock } from '../http/clock.ts';
import { VirtualClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { createProvisioner } from './create-provisioner.ts';
import type { ChangeCall, Provisioner } from './provisioner.ts';
import { refused } from './testing/refused.ts';
import { MemoryTeam, teamConnector } from './testing/team.ts';

const call: ChangeCall = { signal: new AbortController().signal };

function provisionerOf(
  moment?: (request: ChangeRequest) => Promise<void>,
  options: { readonly clock?: Clock; readonly actions?: readonly ConnectorAction[] } = {},
): Provisioner {
  const { actions, ...rest } = options;
  const team = teamConnector(new MemoryTeam({}), moment);
  const connector = actions === undefined ? team : { ...team, actions };
  return createProvisioner({ connector, logger: silentLogger, ...rest });
}

const greeting = (args: JsonObject, inlineWaitSeconds?: bigint) =>
  create(InvokeActionRequestSchema, {
    name: 'greet',
    args,
    ...(inlineWaitSeconds !== undefined && { inlineWait: { seconds: inlineWaitSeconds } }),
  });
const statusOf = (provisioner: Provisioner, id: string) =>
  provisioner.getActionStatus(create(GetActionStatusRequestSchema, { id }));

test('an action that is quick answers with its result, its notes told', async () => {
  const notes: string[] = [];
  const provisioner = provisionerOf();
  const answer = await provisioner.invokeAction(greeting({ name: 'ann' }), {
    ...call,
    onNote: (note) => notes.push(note),
  });
  assert.match(answer.id, /^[0-9A-Za-z]{27}$/);
  assert.deepEqual(
    [answer.name, answer.status, answer.response],
    ['greet', BatonActionStatus.COMPLETE, { greeting: 'Hello "ann"' }],
  );
  assert.deepEqual(notes, ['It was a friendly greeting.']);
  assert.equal(statusOf(provisioner, answer.id).status, BatonActionStatus.COMPLETE);
});

test('an action that takes longer than a second is answered as running, and asked for by its id', async () => {
  const gate = Promise.withResolvers<void>();
  const clock = new VirtualClock();
  const provisioner = provisionerOf(() => gate.promise, { clock });
  const { id, status, response } = await clock.run(provisioner.invokeAction(greeting({ name: 'ann' }), call));
  assert.deepEqual([status, response, clock.nowMs()], [BatonActionStatus.RUNNING, undefined, 1000]);
  assert.equal(statusOf(provisioner, id).status, BatonActionStatus.RUNNING);
  gate.resolve();
  await provisioner.idle();
  await Promise.resolve();
  const after = statusOf(provisioner, id);
  assert.deepEqual([after.status, after.response], [BatonActionStatus.COMPLETE, { greeting: 'Hello "ann"' }]);
});

test('the wait that the request names counts', async () => {
  const clock = new VirtualClock();
  const signal = new AbortController().signal;
  const provisioner = provisionerOf(() => clock.sleep(90_000, signal), { clock });
  const { status } = await clock.run(provisioner.invokeAction(greeting({ name: 'ann' }, 120n), call));
  assert.equal(status, BatonActionStatus.COMPLETE);
});

test('an action that fails is answered as failed, with the error in the response', async () => {
  const { status, response } = await provisionerOf().invokeAction(greeting({ name: 'nobody' }), call);
  assert.deepEqual(
    [status, response],
    [BatonActionStatus.FAILED, { error: 'there is nobody to greet', code: 'NotFound' }],
  );
});

test('an action is stopped after an hour', async () => {
  const clock = new VirtualClock();
  const provisioner = provisionerOf(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    { clock },
  );
  const { id } = await clock.run(provisioner.invokeAction(greeting({ name: 'ann' }), call));
  await clock.run(provisioner.idle());
  await Promise.resolve();
  const { status, response } = statusOf(provisioner, id);
  assert.equal(status, BatonActionStatus.FAILED);
  assert.match(JSON.stringify(response), /was stopped after one hour/);
});

test('who cancels the call while it waits cancels the action', async () => {
  const stop = new AbortController();
  const provisioner = provisionerOf(async () => {}, {
    actions: [
      {
        schema: create(BatonActionSchemaSchema, { name: 'greet' }),
        run: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            stop.abort(new BatonError(Code.Canceled, 'stopped'));
          }),
      },
    ],
  });
  await assert.rejects(
    provisioner.invokeAction(greeting({}), { signal: stop.signal }),
    refused(Code.Canceled, /^stopped$/),
  );
});

test('a thousand actions that have ended are remembered, and no more', async () => {
  const provisioner = provisionerOf();
  const { id: first } = await provisioner.invokeAction(greeting({ name: 'ann' }), call);
  const { id: second } = await provisioner.invokeAction(greeting({ name: 'ann' }), call);
  for (let others = 0; others < 999; others += 1) await provisioner.invokeAction(greeting({ name: 'ann' }), call);
  assert.throws(() => statusOf(provisioner, first), refused(Code.NotFound, /there is no action run with the id/));
  assert.equal(statusOf(provisioner, second).status, BatonActionStatus.COMPLETE);
});

test('more than a hundred at once are refused, and told to come back', async () => {
  const gate = Promise.withResolvers<void>();
  const clock = new VirtualClock();
  const provisioner = provisionerOf(() => gate.promise, { clock });
  const running = Array.from({ length: 100 }, () => provisioner.invokeAction(greeting({ name: 'ann' }), call));
  await assert.rejects(
    provisioner.invokeAction(greeting({ name: 'ann' }), call),
    refused(Code.ResourceExhausted, /^100 actions are running/),
  );
  const answers = await clock.run(Promise.all(running));
  assert.deepEqual(
    [answers[0]?.status, answers[1]?.status],
    [BatonActionStatus.RUNNING, BatonActionStatus.PENDING],
    'those of one name wait for each other',
  );
  gate.resolve();
  await provisioner.idle();
});

test('schemas are listed, by resource type too, and found by name', () => {
  const run = async () => ({ response: {} });
  const schema = (name: string, resourceTypeId: string) => create(BatonActionSchemaSchema, { name, resourceTypeId });
  const provisioner = provisionerOf(undefined, {
    actions: [
      { schema: schema('close', 'room'), run },
      { schema: schema('greet', ''), run },
    ],
  });
  const names = (resourceTypeId: string) =>
    provisioner
      .listActionSchemas(create(ListActionSchemasRequestSchema, { resourceTypeId }))
      .schemas.map(({ name }) => name);
  assert.deepEqual([names(''), names('room'), names('user')], [['close', 'greet'], ['close'], []]);
  const found = provisioner.getActionSchema(create(GetActionSchemaRequestSchema, { name: 'close' }));
  assert.equal(found.schema?.resourceTypeId, 'room');
  assert.throws(
    () => provisioner.getActionSchema(create(GetActionSchemaRequestSchema, { name: 'clos' })),
    refused(Code.NotFound, /no action "clos"; did you mean "close"\?/),
  );
});

test('a connector without actions says so', async () => {
  const provisioner = provisionerOf(undefined, { actions: [] });
  await assert.rejects(
    provisioner.invokeAction(greeting({}), call),
    refused(Code.Unimplemented, /^this connector has no actions$/),
  );
});

test('arguments are checked against the schema before anything is done', async () => {
  const provisioner = provisionerOf(async () => assert.fail('it was run'));
  const wrong = async (args: JsonObject, says: RegExp): Promise<void> =>
    assert.rejects(provisioner.invokeAction(greeting(args), call), refused(Code.InvalidArgument, says));
  await wrong({}, /^the action "greet" needs the argument "name": Whom$/);
  await wrong({ name: '' }, /needs the argument "name"/);
  await wrong({ name: 5 }, /wants the argument "name" to be text$/);
  await wrong({ name: 'ann', times: 'two' }, /"times" to be a whole number$/);
  await wrong({ name: 'ann', times: 1.5 }, /"times" to be a whole number$/);
  await wrong({ name: 'ann', times: 0 }, /"times" to be at least 1$/);
  await wrong({ name: 'ann', aloud: 'yes' }, /"aloud" to be true or false$/);
  await wrong({ name: 'ann', languages: 'en' }, /"languages" to be a list of texts$/);
  await wrong({ name: 'ann', languages: ['en', 1] }, /"languages" to be a list of texts$/);
  await wrong({ name: 'ann', titles: ['dr'] }, /"titles" to be an object of named values$/);
  await wrong({ nam: 'ann' }, /has no argument "nam"; did you mean "name"\?$/);
});

test('texts and numbers keep to their rules', async () => {
  const run = async () => ({ response: {} });
  const arguments_ = [
    create(FieldSchema, {
      name: 'size',
      field: { case: 'stringField', value: { options: [{ value: 's' }, { value: 'l' }] } },
    }),
    create(FieldSchema, {
      name: 'code',
      field: { case: 'stringField', value: { rules: { pattern: '^[a-z]+$', maxLen: 3n } } },
    }),
    create(FieldSchema, {
      name: 'tags',
      field: { case: 'stringSliceField', value: { rules: { maxItems: 2n, unique: true } } },
    }),
  ];
  const provisioner = provisionerOf(undefined, {
    actions: [{ schema: create(BatonActionSchemaSchema, { name: 'greet', arguments: arguments_ }), run }],
  });
  const wrong = async (args: JsonObject, says: RegExp): Promise<void> =>
    assert.rejects(provisioner.invokeAction(greeting(args), call), refused(Code.InvalidArgument, says));
  await wrong({ size: 'm' }, /"size" to be one of s, l$/);
  await wrong({ code: 'A' }, /"code" to be of the form /);
  await wrong({ code: 'abcd' }, /"code" to be at most 3 characters long$/);
  await wrong({ tags: ['a', 'a'] }, /"tags" to be a list without repetitions$/);
  await wrong({ tags: ['a', 'b', 'c'] }, /"tags" to be a list of at most 2$/);
  const { status } = await provisioner.invokeAction(greeting({ size: 's', code: 'abc', tags: ['a'] }), call);
  assert.equal(status, BatonActionStatus.COMPLETE);
});

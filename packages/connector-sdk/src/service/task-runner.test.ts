import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type BatonServiceFinishTaskRequest, type Task, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code as ConnectCode, ConnectError } from '@connectrpc/connect';
import { ImpatientClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { createProvisioner } from '../provision/create-provisioner.ts';
import { Outbox } from './outbox.ts';
import { ResultSender } from './result-sender.ts';
import { sealingKey } from './sealed-file.ts';
import type { TaskHandler, TaskOutcome } from './task-handler.ts';
import { TaskRunner } from './task-runner.ts';
import { tempFolder } from './testing/c1.ts';
import { clientOf } from './testing/in-process.ts';
import { ledgerConnector, memoryLedger } from './testing/ledger-connector.ts';

const key = sealingKey(generateKeyPairSync('ed25519').privateKey);
const id = 'a'.repeat(27);
const running = new AbortController().signal;

function task(taskType: NonNullable<MessageInitShape<typeof TaskSchema>['taskType']>): Task {
  return create(TaskSchema, { id, taskType });
}
const grantTask = task({ case: 'grant', value: {} });
const actionTask = task({ case: 'actionInvoke', value: { name: 'ring' } });
const listTask = task({ case: 'actionListSchemas', value: {} });

/** A run of the service over a folder; `outcomes` are what its handler answers with, one after the other. */
async function open(folder: string, outcomes: TaskOutcome[], isReachable = true, own?: TaskHandler) {
  const clock = Object.assign(new ImpatientClock(), { wallMs: () => Date.now() });
  const finished: BatonServiceFinishTaskRequest[] = [];
  const client = clientOf({
    finishTask: (request) => {
      if (!isReachable) throw new ConnectError('later', ConnectCode.Unavailable);
      finished.push(request);
      return {};
    },
  });
  const outbox = await Outbox.open({ folder, key, clock, logger: silentLogger });
  const sender = new ResultSender({ client, host: 'C1', outbox, clock, logger: silentLogger });
  const connector = ledgerConnector(memoryLedger());
  let handled = 0;
  const handler: TaskHandler = async (task, context) => {
    handled += 1;
    if (own !== undefined) return own(task, context);
    return outcomes.shift() ?? assert.fail('the task was carried out once more than expected');
  };
  const runner = new TaskRunner({
    handler,
    context: {
      client,
      hostId: 'host-1',
      connector,
      provisioner: createProvisioner({ connector, logger: silentLogger }),
      provisioning: true,
      skipFullSync: false,
      tempDir: undefined,
      stateDir: folder,
      syncOptions: {},
      logger: silentLogger,
    },
    outbox,
    sender,
    clock,
  });
  return { runner, outbox, sender, finished, handled: () => handled };
}

const success: TaskOutcome = { kind: 'success' };
const failure = (nonRetryable: boolean): TaskOutcome => ({
  kind: 'error',
  error: new BatonError(Code.NotFound, 'no such teammate'),
  nonRetryable,
});
const folderOf = (t: TestContext): string => join(tempFolder(t), 'results');

test('a task is carried out and the server is told', async (t) => {
  const { runner, finished } = await open(folderOf(t), [success]);
  await runner.run(grantTask, running);
  assert.deepEqual(
    finished.map(({ taskId, hostId, finalState, status }) => [taskId, hostId, finalState.case, status]),
    [[id, 'host-1', 'success', undefined]],
  );
});

test('a failure is told with its code, its words and whether a repeat can help', async (t) => {
  const { runner, finished } = await open(folderOf(t), [failure(true)]);
  await runner.run(grantTask, running);
  const { status, finalState } = finished[0] ?? assert.fail('nothing was told');
  assert.deepEqual([status?.code, status?.message], [5, 'no such teammate']);
  assert.equal(finalState.case === 'error' && finalState.value.nonRetryable, true);
});

for (const [name, outcome] of [
  ['that succeeded', success],
  ['that failed for good', failure(true)],
] as const) {
  test(`a task ${name} and comes again is answered as before and not done again`, async (t) => {
    const { runner, finished, handled } = await open(folderOf(t), [outcome]);
    await runner.run(grantTask, running);
    await runner.run(grantTask, running);
    assert.deepEqual([handled(), finished.length], [1, 2]);
    assert.deepEqual(finished[0], finished[1]);
  });
}

test('a task that failed for now and comes again is done again', async (t) => {
  const { runner, handled } = await open(folderOf(t), [failure(false), success]);
  await runner.run(grantTask, running);
  await runner.run(grantTask, running);
  assert.equal(handled(), 2);
});

test('a result that was not heard answers the task in the next run', async (t) => {
  const folder = folderOf(t);
  const first = await open(folder, [success], false);
  await first.runner.run(grantTask, running);
  await first.sender.flush();
  const second = await open(folder, []);
  await second.runner.run(grantTask, running);
  assert.deepEqual([second.handled(), second.finished.length], [0, 1]);
});

test('a grant that a killed run had begun is done again, since it looks first', async (t) => {
  const folder = folderOf(t);
  await (await open(folder, [])).outbox.begin(id, 'started');
  const next = await open(folder, [success]);
  await next.runner.answerInterrupted();
  await next.runner.run(grantTask, running);
  assert.deepEqual([next.handled(), next.finished[0]?.finalState.case], [1, 'success']);
});

test('of an action that a killed run had begun the next run says at once that nobody knows, and never does it', async (t) => {
  const folder = folderOf(t);
  await (await open(folder, [])).outbox.begin(id, 'risked');
  const next = await open(folder, []);
  await next.runner.answerInterrupted();
  await next.runner.run(actionTask, running);
  const { status, finalState } = next.finished[0] ?? assert.fail('nothing was told');
  assert.deepEqual([next.handled(), next.finished.length], [0, 2]);
  assert.equal(status?.code, Code.Aborted);
  assert.match(status.message, /nobody knows whether it took effect/);
  assert.equal(finalState.case === 'error' && finalState.value.nonRetryable, true);
});

test('an action that another process may be about to end is not done a second time when it comes here', async (t) => {
  const folder = folderOf(t);
  await (await open(folder, [])).outbox.begin(id, 'risked');
  const next = await open(folder, []);
  await next.runner.run(actionTask, running);
  assert.deepEqual([next.handled(), next.finished[0]?.status?.code], [0, Code.Aborted]);
});

test('an action notes on disk that it must not be repeated, before it is begun', async (t) => {
  const folder = folderOf(t);
  const { runner, outbox } = await open(folder, [], true, async () => {
    assert.equal(outbox.state(id), 'risked');
    return success;
  });
  await runner.run(actionTask, running);
});

test('what changes nothing leaves nothing on disk when it is told', async (t) => {
  const { runner, outbox } = await open(folderOf(t), [failure(false)]);
  await runner.run(listTask, running);
  assert.equal(outbox.state(id), undefined);
});

test('a handler that another call has answered for tells nothing', async (t) => {
  const { runner, finished, outbox } = await open(folderOf(t), [{ kind: 'told' }]);
  await runner.run(listTask, running);
  assert.deepEqual([finished, outbox.state(id)], [[], undefined]);
});

test('a change that was broken off because the service stops may be done by another', async (t) => {
  const stop = new AbortController();
  const cancelled: TaskOutcome = {
    kind: 'error',
    error: new BatonError(Code.Canceled, 'the connector was stopped'),
    nonRetryable: true,
  };
  const { runner, finished } = await open(folderOf(t), [cancelled]);
  stop.abort();
  await runner.run(grantTask, stop.signal);
  const finalState = finished[0]?.finalState;
  assert.equal(finalState?.case === 'error' && finalState.value.nonRetryable, false);
});

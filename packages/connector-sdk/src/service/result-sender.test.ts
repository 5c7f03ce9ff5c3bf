import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { BatonServiceFinishTaskRequestSchema } from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { ImpatientClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { Outbox } from './outbox.ts';
import { ResultSender } from './result-sender.ts';
import { sealingKey } from './sealed-file.ts';
import { tempFolder } from './testing/c1.ts';
import { clientOf } from './testing/in-process.ts';

const key = sealingKey(generateKeyPairSync('ed25519').privateKey);
const taskId = '0'.repeat(27);
const success = create(BatonServiceFinishTaskRequestSchema, {
  hostId: 'host-1',
  taskId,
  finalState: { case: 'success', value: {} },
});

/** A sender over a folder, towards a server that answers FinishTask so. */
async function open(folder: string, finishTask: (count: number) => void) {
  const clock = Object.assign(new ImpatientClock(), { wallMs: () => Date.now() });
  const outbox = await Outbox.open({ folder, key, clock, logger: silentLogger });
  let calls = 0;
  const client = clientOf({
    finishTask: () => {
      calls += 1;
      finishTask(calls);
      return {};
    },
  });
  const sender = new ResultSender({ client, host: 'C1', outbox, clock, logger: silentLogger });
  return { outbox, sender, clock, calls: () => calls };
}

const unavailable = (): never => {
  throw new ConnectError('later', Code.Unavailable);
};

test('a result is sent until the server has heard it, with longer and longer waits', async (t) => {
  const { outbox, sender, clock, calls } = await open(join(tempFolder(t), 'r'), (count) => {
    if (count < 4) unavailable();
  });
  await outbox.keep(success);
  await sender.send(success);
  while (outbox.state(taskId) !== 'sent') await new Promise(setImmediate);
  assert.deepEqual([calls(), clock.waitsMs], [4, [1000, 4000, 9000]]);
});

test('five failures, a restart, then success: the result arrives once', async (t) => {
  const folder = join(tempFolder(t), 'r');
  const first = await open(folder, unavailable);
  await first.outbox.keep(success);
  await first.sender.send(success);
  while (first.calls() < 5) await new Promise(setImmediate);
  await first.sender.flush();

  const second = await open(folder, () => {});
  await second.sender.resume();
  while (second.outbox.state(taskId) !== 'sent') await new Promise(setImmediate);
  assert.equal(second.calls(), 1);
  const third = await open(folder, () => {});
  await third.sender.resume();
  await third.sender.flush();
  assert.equal(third.calls(), 0);
});

for (const code of [Code.NotFound, Code.InvalidArgument, Code.FailedPrecondition]) {
  test(`a server that answers ${Code[code]} is not asked again`, async (t) => {
    const { outbox, sender, calls } = await open(join(tempFolder(t), 'r'), () => {
      throw new ConnectError('no such task', code);
    });
    await outbox.keep(success);
    await sender.send(success);
    await sender.flush();
    assert.deepEqual([calls(), await outbox.unsent()], [1, []]);
  });
}

test('an error that may be tried again is forgotten, so that the task is done anew when it comes again', async (t) => {
  const { outbox, sender } = await open(join(tempFolder(t), 'r'), () => {});
  const failure = create(BatonServiceFinishTaskRequestSchema, {
    hostId: 'host-1',
    taskId,
    finalState: { case: 'error', value: { nonRetryable: false } },
  });
  await outbox.keep(failure);
  await sender.send(failure);
  await sender.flush();
  assert.equal(outbox.state(taskId), undefined);
});

test('stopping tries once more and then leaves the result to the next run', async (t) => {
  const folder = join(tempFolder(t), 'r');
  const { outbox, sender, calls } = await open(folder, unavailable);
  await outbox.keep(success);
  await sender.send(success);
  const before = calls();
  await sender.flush();
  assert.ok(calls() <= before + 2);
  assert.equal(outbox.state(taskId), 'unsent');
});

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type BatonServiceFinishTaskRequest,
  BatonServiceFinishTaskRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { ImpatientClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { Outbox } from './outbox.ts';
import { sealingKey } from './sealed-file.ts';
import { tempFolder } from './testing/c1.ts';

const newKey = (): Buffer => sealingKey(generateKeyPairSync('ed25519').privateKey);
const key = newKey();
/** Files are as old as this machine says. */
const clock = Object.assign(new ImpatientClock(), { wallMs: () => Date.now() });

const open = (folder: string, own = key): Promise<Outbox> =>
  Outbox.open({ folder, key: own, clock, logger: silentLogger });

const id = (number: number): string => String(number).padStart(27, '0');

function result(taskId: string): BatonServiceFinishTaskRequest {
  return create(BatonServiceFinishTaskRequestSchema, {
    hostId: 'host-1',
    taskId,
    status: { code: 9, message: 'invitation-token-hunter2' },
    finalState: { case: 'error', value: { nonRetryable: true } },
  });
}

async function opened(t: TestContext): Promise<{ folder: string; outbox: Outbox }> {
  const folder = join(tempFolder(t), 'results');
  return { folder, outbox: await open(folder) };
}

test('a result is there after a restart, until the server has it', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  const next = await open(folder);
  assert.deepEqual(await next.unsent(), [result(id(1))]);
  await next.settle(id(1), true);
  assert.deepEqual(await (await open(folder)).unsent(), []);
});

test('a result that the server has is remembered, also after a restart', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  await outbox.settle(id(1), true);
  const next = await open(folder);
  assert.equal(next.state(id(1)), 'sent');
  assert.deepEqual(await next.result(id(1)), result(id(1)));
});

test('a result that may be wanted again is forgotten once the server has it', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  await outbox.settle(id(1), false);
  assert.equal(outbox.state(id(1)), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('the note that a change was begun outlives the process, and gives way to its result', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.begin(id(1), 'started');
  const next = await open(folder);
  assert.equal(next.state(id(1)), 'started');
  await next.keep(result(id(1)));
  assert.deepEqual(readdirSync(folder), [`${id(1)}.unsent`]);
});

test('a change that must not be made twice counts as cut off once its process is gone', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.begin(id(1), 'risked');
  assert.deepEqual(await (await open(folder)).cutOff(), [id(1)]);
  // The process that started this one runs on.
  writeFileSync(join(folder, `${id(1)}.risked`), String(process.ppid));
  const next = await open(folder);
  assert.deepEqual(await next.cutOff(), []);
  assert.equal(next.state(id(1)), 'risked');
});

test('a process that ended between writing a result and removing the note left the result', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  writeFileSync(join(folder, `${id(1)}.started`), '');
  assert.equal((await open(folder)).state(id(1)), 'unsent');
  assert.deepEqual(readdirSync(folder), [`${id(1)}.unsent`]);
});

test('files are for this user alone and show nothing of the result', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  const path = join(folder, `${id(1)}.unsent`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.doesNotMatch(readFileSync(path, 'latin1'), /hunter2|host-1/);
});

test('a result that another secret sealed counts as a change whose outcome nobody knows', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  const next = await open(folder, newKey());
  assert.deepEqual(await next.unsent(), []);
  assert.equal(next.state(id(1)), 'started');
});

test('a file that was moved to another task is not taken for its result', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result(id(1)));
  writeFileSync(join(folder, `${id(2)}.unsent`), readFileSync(join(folder, `${id(1)}.unsent`)));
  assert.deepEqual(await (await open(folder)).unsent(), [result(id(1))]);
});

test('what a killed process left half written is removed', async (t) => {
  const { folder } = await opened(t);
  const half = join(folder, `${id(1)}.unsent.new`);
  writeFileSync(half, 'half');
  utimesSync(half, new Date(0), new Date(0));
  assert.equal((await open(folder)).state(id(1)), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('an id that could leave the folder stays in it', async (t) => {
  const { folder, outbox } = await opened(t);
  await outbox.keep(result('../../escape'));
  assert.match(readdirSync(folder)[0] ?? '', /^[\da-f]{64}\.unsent$/);
  assert.deepEqual(await (await open(folder)).unsent(), [result('../../escape')]);
});

test('results that the server does not take are bounded: new work waits', async (t) => {
  const { outbox } = await opened(t);
  for (let number = 0; number < 200; number += 1) {
    assert.equal(outbox.isFull, false);
    await outbox.keep(result(id(number)));
  }
  assert.equal(outbox.isFull, true);
  await outbox.settle(id(0), true);
  assert.equal(outbox.isFull, false);
});

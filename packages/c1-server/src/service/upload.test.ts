import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { BatonServiceUploadAssetRequestSchema } from '@baton-ts/protocol/connectorapi-v1';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { C1Event } from '../events.ts';
import type { C1ServerOptions } from '../server.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { startWorld, success, type World } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';

type Part = MessageInitShape<typeof BatonServiceUploadAssetRequestSchema>;

const hostId = 'host-1';
const c1z = (size: number): Uint8Array => Buffer.concat([Buffer.from('C1ZF\0'), randomBytes(size)]);
const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

async function* parts(
  taskId: string,
  data: Uint8Array,
  checksum = sha256(data),
  chunk = 512 * 1024,
): AsyncGenerator<Part> {
  yield { msg: { case: 'metadata', value: { hostId, taskId } } };
  for (let at = 0; at < data.length; at += chunk) {
    yield { msg: { case: 'data', value: { data: data.subarray(at, at + chunk) } } };
  }
  yield { msg: { case: 'eof', value: { sha256Checksum: checksum } } };
}

/** A world with a sync that host-1 has in hand. */
async function startSync(t: TestContext, options: Partial<C1ServerOptions> = {}): Promise<World & { taskId: string }> {
  const world = await startWorld(t, options);
  const { id: taskId } = await world.server.enqueue(world.connectorId, { case: 'syncFull', value: {} });
  await world.client.getTask({ hostId });
  return Object.assign(world, { taskId });
}

for (const [kind, openStore] of Object.entries(stores)) {
  test(`${kind}: a file arrives as it was sent, and is told`, async (t) => {
    const events: C1Event[] = [];
    const { client, server, taskId, connectorId } = await startSync(t, {
      store: openStore(t),
      onEvent: (event) => events.push(event),
    });
    const data = c1z(1_300_000);
    await client.uploadAsset(parts(taskId, data));
    const [upload] = (await server.task(taskId)).uploads;
    assert.ok(upload !== undefined);
    assert.deepEqual(readFileSync(upload.path), Buffer.from(data));
    assert.equal(upload.kind, 'c1z-v1');
    assert.equal(upload.sizeBytes, data.length);
    assert.equal(upload.sha256, Buffer.from(sha256(data)).toString('hex'));
    assert.deepEqual(events.at(-1), { kind: 'upload', connectorId, taskId, upload });
    await client.finishTask(success(hostId, taskId));
    assert.equal((await server.waitFor(taskId)).state, 'finished');
  });

  test(`${kind}: an upload that is sent again replaces the earlier file`, async (t) => {
    const { client, server, taskId, folder } = await startSync(t, { store: openStore(t) });
    await client.uploadAsset(parts(taskId, c1z(100)));
    const second = c1z(200);
    await client.uploadAsset(parts(taskId, second));
    await client.uploadAsset(parts(taskId, second));
    const { uploads } = await server.task(taskId);
    assert.equal(uploads.length, 1);
    assert.deepEqual(readFileSync(uploads[0]?.path ?? ''), Buffer.from(second));
    assert.equal(readdirSync(folder).length, 1);
  });

  test(`${kind}: the debug log is kept beside the file`, async (t) => {
    const { client, server, taskId } = await startSync(t, { store: openStore(t) });
    await client.uploadAsset(parts(taskId, c1z(100)));
    await client.uploadAsset(parts(taskId, Buffer.from('{"level":"debug"}\n')));
    await client.uploadAsset(parts(taskId, Buffer.from('C1Z3\0rest')));
    const { uploads } = await server.task(taskId);
    assert.deepEqual(uploads.map((upload) => upload.kind).sort(), ['c1z-v3', 'log']);
  });
}

test('an empty file is a file', async (t) => {
  const { client, server, taskId } = await startSync(t);
  await client.uploadAsset(parts(taskId, new Uint8Array()));
  assert.equal((await server.task(taskId)).uploads[0]?.sizeBytes, 0);
});

test('pieces of one byte and of one MiB are taken, larger ones are not', async (t) => {
  const { client, server, taskId } = await startSync(t);
  await client.uploadAsset(parts(taskId, Buffer.from('C1ZF\0x'), undefined, 1));
  assert.equal((await server.task(taskId)).uploads[0]?.kind, 'c1z-v1');
  const data = c1z(1024 ** 2 - 4);
  await client.uploadAsset(parts(taskId, data.subarray(1), undefined, 1024 ** 2));
  await assert.rejects(client.uploadAsset(parts(taskId, data, undefined, 1024 ** 2 + 1)), {
    code: 3,
    rawMessage: /^data\.data: must be 1 to 1048576 bytes, not 1048577/,
  });
});

/** None of these leaves a file or a trace in the task. */
const damaged: Readonly<
  Record<string, { readonly code: number; readonly send: (taskId: string) => AsyncIterable<Part> }>
> = {
  'whose checksum is wrong': { code: 15, send: (taskId) => parts(taskId, c1z(10), sha256(c1z(10))) },
  'whose checksum is too short': { code: 3, send: (taskId) => parts(taskId, c1z(10), new Uint8Array(31)) },
  'that is cut off before its end': { code: 3, send: (taskId) => take(parts(taskId, c1z(2_000_000)), 3) },
  'that is larger than allowed': { code: 8, send: (taskId) => parts(taskId, c1z(3_000_000)) },
  'that starts twice': { code: 3, send: (taskId) => twice(parts(taskId, c1z(10))) },
};

for (const [what, { code, send }] of Object.entries(damaged)) {
  test(`an upload ${what} is refused and leaves nothing`, async (t) => {
    const { client, server, taskId, folder } = await startSync(t, { limits: { maxUploadBytes: 2_500_000 } });
    await assert.rejects(client.uploadAsset(send(taskId)), { code });
    assert.deepEqual((await server.task(taskId)).uploads, []);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('a damaged upload leaves the earlier file as it was', async (t) => {
  const { client, server, taskId } = await startSync(t);
  const data = c1z(100);
  await client.uploadAsset(parts(taskId, data));
  await assert.rejects(client.uploadAsset(parts(taskId, c1z(100), sha256(data))), { code: 15 });
  const [upload] = (await server.task(taskId)).uploads;
  assert.deepEqual(readFileSync(upload?.path ?? ''), Buffer.from(data));
});

test('an upload that falls silent is given up', async (t) => {
  const clock = new FakeClock();
  const { client, taskId, folder } = await startSync(t, { clock });
  const waiting = new AbortController();
  async function* silent(): AsyncGenerator<Part> {
    yield* take(parts(taskId, c1z(2_000_000)), 3);
    await new Promise((resolve) => waiting.signal.addEventListener('abort', resolve));
  }
  const upload = assert.rejects(client.uploadAsset(silent()), { code: 4, rawMessage: /sent nothing for 60 s/ });
  const timer = setInterval(() => clock.advance(5_000), 2);
  t.after(() => clearInterval(timer));
  await upload;
  waiting.abort();
  assert.deepEqual(readdirSync(folder), []);
});

test('a connection that breaks in the middle leaves nothing', async (t) => {
  const { client, server, taskId, folder } = await startSync(t);
  async function* cut(): AsyncGenerator<Part> {
    yield* take(parts(taskId, c1z(2_000_000)), 3);
    while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    server.dropConnections();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await assert.rejects(client.uploadAsset(cut()));
  while (readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.deepEqual((await server.task(taskId)).uploads, []);
});

test('what a killed server had received in part is removed at the next start', async (t) => {
  const world = await startSync(t);
  const data = c1z(10);
  await world.client.uploadAsset(parts(world.taskId, data));
  const left = join(world.folder, `${world.taskId}-00.part`);
  writeFileSync(left, 'half');
  await world.restart();
  assert.equal(existsSync(left), false);
  assert.deepEqual(readFileSync((await world.server.task(world.taskId)).uploads[0]?.path ?? ''), Buffer.from(data));
});

test('only the host that has the task in hand may upload', async (t) => {
  const { client, server, taskId, connectorId } = await startSync(t);
  async function* fromElsewhere(): AsyncGenerator<Part> {
    yield { msg: { case: 'metadata', value: { hostId: 'host-2', taskId } } };
  }
  await assert.rejects(client.uploadAsset(fromElsewhere()), { code: 9, rawMessage: /is with host host-1/ });
  const { id } = await server.enqueue(connectorId, { case: 'actionListSchemas', value: {} });
  await assert.rejects(client.uploadAsset(parts(id, c1z(1))), { code: 9, rawMessage: /is pending/ });
  await assert.rejects(client.uploadAsset(parts('a'.repeat(27), c1z(1))), { code: 5 });
});

test('a file that arrives after its task was lost is not kept', async (t) => {
  const clock = new FakeClock();
  const limits = { uploadIdleMs: 3_600_000 };
  const { client, server, taskId, folder } = await startSync(t, { clock, limits });
  const loseTask = async (): Promise<void> => {
    while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await server.cancel(taskId);
    clock.advance(95_000);
    await server.waitFor(taskId);
  };
  async function* slow(): AsyncGenerator<Part> {
    for await (const part of parts(taskId, c1z(10))) {
      if (part.msg?.case === 'eof') await loseTask();
      yield part;
    }
  }
  await assert.rejects(client.uploadAsset(slow()), { code: 9, rawMessage: /is cancelled/ });
  assert.deepEqual(readdirSync(folder), []);
});

test('four uploads of one task at once leave one whole file', async (t) => {
  const { client, server, taskId, folder } = await startSync(t);
  const files = Array.from({ length: 4 }, () => c1z(1_000_000));
  await Promise.all(files.map((data) => client.uploadAsset(parts(taskId, data))));
  const { uploads } = await server.task(taskId);
  assert.equal(uploads.length, 1);
  assert.equal(readdirSync(folder).length, 1);
  const kept = readFileSync(uploads[0]?.path ?? '');
  assert.ok(files.some((data) => kept.equals(data)));
});

async function* take(all: AsyncIterable<Part>, count: number): AsyncGenerator<Part> {
  let taken = 0;
  for await (const part of all) {
    if (taken === count) return;
    taken += 1;
    yield part;
  }
}

async function* twice(all: AsyncIterable<Part>): AsyncGenerator<Part> {
  for await (const part of all) {
    yield part;
    if (part.msg?.case === 'metadata') yield part;
  }
}

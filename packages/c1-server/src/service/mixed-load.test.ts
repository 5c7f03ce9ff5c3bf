import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@baton-ts/protocol/connectorapi-v1';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import type { TaskPayload } from '../queue/task-queue.ts';
import type { TestClient } from '../testing/client.ts';
import { startWorld, success } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';

const TASKS = 120;
const RESTARTS = 6;

/** One call in ten fails, half of them after the server has done its part. */
const unreliable =
  (random: () => number): Interceptor =>
  (next) =>
  async (request) => {
    const chance = random();
    if (chance < 0.05) throw new ConnectError('made to fail before', Code.Unavailable);
    const answer = await next(request);
    if (chance < 0.1) throw new ConnectError('made to fail after', Code.Unavailable);
    return answer;
  };

for (const [kind, openStore] of Object.entries(stores)) {
  test(`${kind}: restarts, cut connections and failing calls lose no task and damage no file`, async (t) => {
    const random = randomNumbers(t);
    const interceptors = [unreliable(random)];
    const world = await startWorld(t, {
      store: openStore(t),
      interceptors,
      limits: { syncLeaseMs: 250, taskLeaseMs: 250, maxAttempts: 100 },
    });
    const ids: string[] = [];
    for (let index = 0; index < TASKS; index += 1) {
      const payload: TaskPayload =
        index % 10 === 0 ? { case: 'syncFull', value: {} } : { case: 'actionListSchemas', value: {} };
      ids.push((await world.server.enqueue(world.connectorId, payload)).id);
    }
    const stop = new AbortController();
    t.after(() => stop.abort());
    const workers = Array.from({ length: 4 }, (_, index) => workUntil(stop.signal, world.client, `host-${index}`));
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await delay(20 + random() * 60);
      if (random() < 0.5) world.server.dropConnections();
      await world.restart({ interceptors });
    }
    const ended = await Promise.all(ids.map((id) => world.server.waitFor(id, AbortSignal.timeout(20_000))));
    stop.abort();
    await Promise.all(workers);
    for (const task of ended) {
      assert.equal(task.state, 'finished', `${task.type} ${task.id}: ${task.reason}`);
      for (const upload of task.uploads) {
        assert.equal(createHash('sha256').update(readFileSync(upload.path)).digest('hex'), upload.sha256);
      }
      assert.equal(task.uploads.length, task.type === 'syncFull' ? 1 : 0);
    }
  });
}

/** Does what it is given; a call that fails is made again, as a connector does. */
async function workUntil(stop: AbortSignal, client: TestClient, hostId: string): Promise<void> {
  while (!stop.aborted) {
    try {
      const { task } = await client.getTask({ hostId });
      if (task !== undefined) await carryOut(client, hostId, task);
    } catch {
      // The next poll tries again.
    }
    await delay(2);
  }
}

async function carryOut(client: TestClient, hostId: string, { id, taskType }: Task): Promise<void> {
  if (taskType.case === 'syncFull') await again(() => client.uploadAsset(file(hostId, id)));
  await again(() => client.finishTask(success(hostId, id)));
}

async function again(call: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await delay(5);
    }
  }
}

async function* file(hostId: string, taskId: string) {
  const data = Buffer.concat([Buffer.from('C1ZF\0'), randomBytes(200_000)]);
  yield { msg: { case: 'metadata' as const, value: { hostId, taskId } } };
  yield { msg: { case: 'data' as const, value: { data: data.subarray(0, 100_000) } } };
  yield { msg: { case: 'data' as const, value: { data: data.subarray(100_000) } } };
  yield { msg: { case: 'eof' as const, value: { sha256Checksum: createHash('sha256').update(data).digest() } } };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskPayload } from '../queue/task-queue.ts';
import { createC1Server } from '../server.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { hello, startWorld, success, tls } from '../testing/harness.ts';
import { idOf, list, until } from '../testing/tasks.ts';

test('a poll waits until there is something to do', async (t) => {
  const world = await startWorld(t, { limits: { pollWaitMs: 60_000 } });
  const answer = world.client.getTask({ hostId: 'host-1' });
  const { id } = await world.server.enqueue(world.connectorId, list);
  assert.equal((await answer).task?.id, id);
});

test('a poll that waited its time is answered without a task', async (t) => {
  const clock = new FakeClock();
  const world = await startWorld(t, { clock, limits: { pollWaitMs: 20_000 } });
  const answer = world.client.getTask({ hostId: 'host-1' });
  await until(async () => clock.sleepers >= 2);
  clock.advance(20_000);
  assert.equal((await answer).task, undefined);
});

test('a poll with a deadline is answered before it', async (t) => {
  const { client } = await startWorld(t, { limits: { pollWaitMs: 60_000 } });
  assert.equal((await client.getTask({ hostId: 'host-1' }, { timeoutMs: 400 })).task, undefined);
});

test('a port that is taken is refused in words', async (t) => {
  const { server, store, folder } = await startWorld(t);
  const port = Number(new URL(server.url ?? '').port);
  const second = createC1Server({ tls, store, uploadsDir: folder, port });
  await assert.rejects(second.listen(), {
    code: 9,
    message: /cannot listen at 127\.0\.0\.1:\d+\. Choose another port/,
  });
  await second.close();
});

test('a poll whose caller has gone takes no task with it', async (t) => {
  const world = await startWorld(t, { limits: { pollWaitMs: 60_000 } });
  const gone = new AbortController();
  const poll = world.client.getTask({ hostId: 'host-1' }, { signal: gone.signal });
  const failed = assert.rejects(poll);
  await world.client.hello(hello('host-1'));
  gone.abort();
  await failed;
  // The server hears of it a moment later.
  await world.client.hello(hello('host-1'));
  const { id } = await world.server.enqueue(world.connectorId, list);
  assert.equal(await idOf(world, 'host-2'), id);
});

test('closing the server answers the polls that wait', async (t) => {
  const world = await startWorld(t, { limits: { pollWaitMs: 60_000 } });
  const poll = world.client.getTask({ hostId: 'host-1' });
  await world.client.hello(hello('host-2'));
  await world.server.close();
  assert.equal((await poll).task, undefined);
});

test('what happens is told in order, and a listener that fails harms nobody', async (t) => {
  const told: string[] = [];
  const world = await startWorld(t, {
    onEvent(event) {
      told.push(event.kind === 'task' ? `task ${event.task.state}` : event.kind);
      throw new Error('the listener is broken');
    },
  });
  await world.client.hello(hello('host-1'));
  const { id } = await world.server.enqueue(world.connectorId, list);
  await idOf(world);
  await world.client.finishTask(success('host-1', id));
  assert.deepEqual(told, ['hello', 'task pending', 'task leased', 'task finished']);
});

test('waiting for a task can be given up', async (t) => {
  const { server, connectorId } = await startWorld(t);
  const { id } = await server.enqueue(connectorId, list);
  await assert.rejects(server.waitFor(id, AbortSignal.timeout(5)), { name: 'TimeoutError' });
});

test('a task that no answer can hold is not queued', async (t) => {
  const { server, connectorId } = await startWorld(t);
  const large: TaskPayload = { case: 'actionInvoke', value: { name: 'x'.repeat(5 * 1024 ** 2) } };
  await assert.rejects(server.enqueue(connectorId, large), { code: 3, message: /too large/ });
});

test('tasks that are too large for one answer come in two', async (t) => {
  const { server, connectorId, client } = await startWorld(t);
  const large: TaskPayload = { case: 'actionInvoke', value: { name: 'x'.repeat(1_500_000) } };
  for (let index = 0; index < 3; index += 1) await server.enqueue(connectorId, large);
  assert.equal((await client.getTasks({ hostId: 'host-1', pageSize: 10 })).tasks.length, 2);
  assert.equal((await client.getTasks({ hostId: 'host-1', pageSize: 10 })).tasks.length, 1);
});

test('of more than a hundred hosts the ones heard last are remembered', async (t) => {
  const clock = new FakeClock();
  const { server, connectorId, client } = await startWorld(t, { clock });
  for (let index = 0; index < 105; index += 1) {
    clock.advance(1);
    await client.getTask({ hostId: `host-${index}` });
  }
  const { hosts } = await server.connector(connectorId);
  assert.equal(hosts.length, 100);
  assert.equal(hosts[0]?.hostId, 'host-104');
});

test('who waits for a task hears that the server closed', async (t) => {
  const { server, connectorId } = await startWorld(t);
  const { id } = await server.enqueue(connectorId, list);
  const waiting = assert.rejects(server.waitFor(id), { code: 14, message: /server closed before task/ });
  await server.close();
  await waiting;
});

test('StartDebugging is not implemented', async (t) => {
  const { client } = await startWorld(t);
  await assert.rejects(client.startDebugging({}), { code: 12 });
});

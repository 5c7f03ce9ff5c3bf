import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { GrantManagerServiceGrantResponseSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import type { TaskPayload } from '../queue/task-queue.ts';
import { connectClient, fetchToken } from '../testing/client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { failure, hello, startWorld, success, type World } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';

const list: TaskPayload = { case: 'actionListSchemas', value: {} };
const sync: TaskPayload = { case: 'syncFull', value: {} };
const invoke: TaskPayload = { case: 'actionInvoke', value: { name: 'reset' } };

const DAY_MS = 86_400_000;

const idOf = async (world: World, hostId = 'host-1'): Promise<string | undefined> =>
  (await world.client.getTask({ hostId })).task?.id;
const stateOf = async (world: World, id: string): Promise<string> => (await world.server.task(id)).state;

for (const [kind, openStore] of Object.entries(stores)) {
  const start = (t: TestContext, clock = new FakeClock(), limits = {}): Promise<World> =>
    startWorld(t, { store: openStore(t), clock, limits: { tokenLifetimeMs: DAY_MS, ...limits } });

  test(`${kind}: a connector says hello, gets a task and finishes it`, async (t) => {
    const world = await start(t);
    const { server, client, connectorId } = world;
    await client.hello(hello('host-1'));
    const queued = await server.enqueue(connectorId, list);
    const { task, nextPoll } = await client.getTask({ hostId: 'host-1' });
    assert.equal(task?.id, queued.id);
    assert.equal(task?.taskType.case, 'actionListSchemas');
    assert.ok(nextPoll !== undefined && nextPoll.nanos > 0);
    await client.finishTask(success('host-1', queued.id));
    const ended = await server.waitFor(queued.id);
    assert.equal(ended.state, 'finished');
    assert.equal(ended.result?.finalState.case, 'success');
  });

  test(`${kind}: who said hello is known, with what it said`, async (t) => {
    const { server, client, connectorId } = await start(t);
    await client.hello(hello('host-1'));
    const { hosts, name } = await server.connector(connectorId);
    assert.equal(name, 'demo');
    assert.equal(hosts[0]?.hostId, 'host-1');
    assert.equal(hosts[0]?.hello?.connectorMetadata?.displayName, 'Demo');
    assert.equal(hosts[0]?.hello?.buildInfo?.package, 'demo');
  });

  test(`${kind}: an answer without a task still says when to ask again`, async (t) => {
    const { client } = await start(t);
    const { task, nextPoll } = await client.getTask({ hostId: 'host-1' });
    assert.equal(task, undefined);
    assert.ok(nextPoll !== undefined && nextPoll.nanos > 0);
  });

  test(`${kind}: tasks are handed out in the order in which they were queued`, async (t) => {
    const world = await start(t);
    const queued = [];
    for (let index = 0; index < 5; index += 1) queued.push((await world.server.enqueue(world.connectorId, list)).id);
    const { tasks } = await world.client.getTasks({ hostId: 'host-1', pageSize: 100 });
    assert.deepEqual(
      tasks.map((task) => task.id),
      queued,
    );
  });

  test(`${kind}: a poll gets as many tasks as it asks for, and none that it has`, async (t) => {
    const { server, client, connectorId } = await start(t);
    const first = await server.enqueue(connectorId, list);
    for (let index = 0; index < 3; index += 1) await server.enqueue(connectorId, list);
    const { tasks } = await client.getTasks({ hostId: 'host-1', pageSize: 2, knownTaskIds: [first.id] });
    assert.equal(tasks.length, 2);
    assert.ok(tasks.every((task) => task.id !== first.id));
  });

  test(`${kind}: only one sync of a connector runs at a time`, async (t) => {
    const world = await start(t);
    const first = await world.server.enqueue(world.connectorId, sync);
    const second = await world.server.enqueue(world.connectorId, sync);
    assert.equal(await idOf(world, 'host-1'), first.id);
    assert.equal(await idOf(world, 'host-2'), undefined);
    await world.client.finishTask(failure('host-1', first.id, true));
    assert.equal(await idOf(world, 'host-2'), second.id);
  });

  test(`${kind}: a second task with the same key is the first one, until that has ended`, async (t) => {
    const world = await start(t);
    const { server, connectorId } = world;
    const first = await server.enqueue(connectorId, list, { dedupeKey: 'schemas' });
    assert.equal((await server.enqueue(connectorId, list, { dedupeKey: 'schemas' })).id, first.id);
    await idOf(world);
    await world.client.finishTask(success('host-1', first.id));
    assert.notEqual((await server.enqueue(connectorId, list, { dedupeKey: 'schemas' })).id, first.id);
  });

  test(`${kind}: a task is not handed out before its time`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, list, { notBeforeMs: clock.now() + 1_000 });
    assert.equal(await idOf(world), undefined);
    clock.advance(1_000);
    assert.equal(await idOf(world), id);
  });

  test(`${kind}: finishing twice changes nothing`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world);
    await world.client.finishTask(success('host-1', id));
    await world.client.finishTask(failure('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a failure that may pass is tried three times`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, list);
    for (const state of ['pending', 'pending', 'failed']) {
      assert.equal(await idOf(world), id);
      await world.client.finishTask(failure('host-1', id));
      assert.equal(await stateOf(world, id), state);
    }
    assert.equal((await world.server.task(id)).result?.status?.message, 'it broke');
  });

  test(`${kind}: a failure that will not pass, and one of a task that must not be done twice, are final`, async (t) => {
    const world = await start(t);
    const final = await world.server.enqueue(world.connectorId, list);
    await idOf(world);
    await world.client.finishTask(failure('host-1', final.id, true));
    assert.equal(await stateOf(world, final.id), 'failed');
    const once = await world.server.enqueue(world.connectorId, invoke);
    await idOf(world);
    await world.client.finishTask(failure('host-1', once.id));
    assert.equal(await stateOf(world, once.id), 'failed');
  });

  test(`${kind}: a result keeps its message, and what it is`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
    await idOf(world);
    const response = anyPack(
      GrantManagerServiceGrantResponseSchema,
      create(GrantManagerServiceGrantResponseSchema, { grants: [{ id: 'grant-1' }] }),
    );
    await world.client.finishTask({
      hostId: 'host-1',
      taskId: id,
      finalState: { case: 'success', value: { response } },
    });
    const { result } = await world.server.waitFor(id);
    assert.equal(result?.finalState.case === 'success' && result.finalState.value.response?.typeUrl, response.typeUrl);
  });

  test(`${kind}: a sync that sent no file has not succeeded`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world);
    await world.client.finishTask(success('host-1', id));
    const { state, reason } = await world.server.task(id);
    assert.equal(state, 'failed');
    assert.match(reason ?? '', /sent no file/);
  });

  test(`${kind}: heartbeats keep a sync, and silence gives it to another host`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world, 'host-1');
    for (let index = 0; index < 5; index += 1) {
      clock.advance(60_000);
      const { cancelled, nextHeartbeat } = await world.client.heartbeat({ hostId: 'host-1', taskId: id });
      assert.equal(cancelled, false);
      assert.equal(nextHeartbeat?.seconds, 20n);
    }
    clock.advance(91_000);
    assert.equal(await idOf(world, 'host-2'), id);
    assert.equal((await world.client.heartbeat({ hostId: 'host-1', taskId: id })).cancelled, true);
  });

  test(`${kind}: a host that was only late keeps its sync`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world, 'host-1');
    clock.advance(91_000);
    await until(async () => (await stateOf(world, id)) === 'pending');
    assert.equal((await world.client.heartbeat({ hostId: 'host-1', taskId: id })).cancelled, false);
    assert.equal(await stateOf(world, id), 'leased');
  });

  test(`${kind}: other tasks are lent for ten minutes without a heartbeat`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world, 'host-1');
    clock.advance(599_000);
    assert.equal(await idOf(world, 'host-2'), undefined);
    clock.advance(2_000);
    assert.equal((await world.client.getTask({ hostId: 'host-2' })).task?.id, id);
  });

  test(`${kind}: a task that nobody finishes fails after the last attempt, also when nobody polls`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, list);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      assert.equal(await idOf(world), id);
      clock.advance(601_000);
    }
    await until(async () => (await stateOf(world, id)) === 'failed');
    assert.match(
      (await world.server.task(id)).reason ?? '',
      /Nobody said how it ended: host host-1 fell silent, at attempt 3/,
    );
  });

  test(`${kind}: a success that comes late is believed`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock, { maxAttempts: 1 });
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world);
    clock.advance(601_000);
    await until(async () => (await stateOf(world, id)) === 'failed');
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a failure of a host that lost the task does not end it for the next`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world, 'host-1');
    clock.advance(601_000);
    assert.equal(await idOf(world, 'host-2'), id);
    await world.client.finishTask(failure('host-1', id, true));
    assert.equal(await stateOf(world, id), 'leased');
  });

  test(`${kind}: a task that waits is cancelled at once, and one under way by its heartbeat`, async (t) => {
    const world = await start(t);
    const waiting = await world.server.enqueue(world.connectorId, list, { notBeforeMs: Number.MAX_SAFE_INTEGER });
    assert.equal((await world.server.cancel(waiting.id)).state, 'cancelled');
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world);
    assert.equal((await world.server.cancel(id)).state, 'leased');
    const beat = await world.client.heartbeat({ hostId: 'host-1', taskId: id, taskIds: [id] });
    assert.equal(beat.cancelled, true);
    assert.deepEqual(beat.cancelledTaskIds, [id]);
    await world.client.finishTask(failure('host-1', id));
    assert.equal(await stateOf(world, id), 'cancelled');
  });

  test(`${kind}: what was done although it was cancelled counts as done`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
    await idOf(world);
    await world.server.cancel(id);
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a hello task is done by a hello that names it`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, { case: 'hello', value: {} });
    assert.equal(await idOf(world), id);
    await world.client.hello({ ...hello('host-1'), taskId: id });
    assert.equal((await world.server.waitFor(id)).state, 'finished');
  });

  test(`${kind}: a process that starts anew gives back what the one before had, except what must not be done twice`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { server, client, connectorId } = world;
    const repeatable = await server.enqueue(connectorId, list);
    const once = await server.enqueue(connectorId, invoke);
    await client.getTasks({ hostId: 'host-1', pageSize: 10 });
    await client.hello(hello('host-1'));
    assert.equal(await stateOf(world, once.id), 'leased');
    assert.equal(await idOf(world), undefined, 'results that were kept may still arrive');
    clock.advance(2_000);
    assert.equal(await idOf(world), repeatable.id);
  });

  test(`${kind}: a result that a process kept over its restart is taken`, async (t) => {
    const world = await start(t);
    const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
    await idOf(world);
    await world.client.hello(hello('host-1'));
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: another connector's task does not exist`, async (t) => {
    const world = await start(t);
    const { server, connectorId, access } = world;
    const { id } = await server.enqueue(connectorId, list);
    const { id: helloId } = await server.enqueue(connectorId, { case: 'hello', value: {} });
    await world.client.getTasks({ hostId: 'host-1', pageSize: 10 });
    const credential = await server.createCredential({ name: 'other' });
    using other = connectClient(access, await fetchToken({ ...access, credential }));
    assert.equal((await other.getTask({ hostId: 'host-1' })).task, undefined);
    const notFound = { code: 5, rawMessage: `There is no task ${id}.` };
    await assert.rejects(other.finishTask(success('host-1', id)), notFound);
    await assert.rejects(other.heartbeat({ hostId: 'host-1', taskId: id }), notFound);
    await assert.rejects(other.hello({ ...hello('host-1'), taskId: helloId }), { code: 5 });
  });

  test(`${kind}: leases, results and queues are there after a restart`, async (t) => {
    const clock = new FakeClock();
    const world = await start(t, clock);
    const { connectorId } = world;
    const done = await world.server.enqueue(connectorId, list);
    const leased = await world.server.enqueue(connectorId, list);
    const waiting = await world.server.enqueue(connectorId, list, { dedupeKey: 'waiting' });
    await idOf(world);
    await world.client.finishTask(success('host-1', done.id));
    await idOf(world);
    await world.restart({ clock });
    assert.equal(await stateOf(world, done.id), 'finished');
    assert.equal((await world.server.task(leased.id)).lease?.hostId, 'host-1');
    await world.client.finishTask(success('host-1', leased.id));
    assert.equal(await stateOf(world, leased.id), 'finished');
    assert.equal((await world.server.enqueue(connectorId, list, { dedupeKey: 'waiting' })).id, waiting.id);
    const newestFirst = (await world.server.tasks(connectorId)).map((task) => task.id);
    assert.deepEqual(newestFirst, [waiting.id, leased.id, done.id]);
  });

  test(`${kind}: fifty polls at once get fifty tasks, each once`, async (t) => {
    const world = await start(t);
    const queued = new Set<string>();
    for (let index = 0; index < 50; index += 1) queued.add((await world.server.enqueue(world.connectorId, list)).id);
    const got = await Promise.all(Array.from({ length: 50 }, (_, index) => idOf(world, `host-${index}`)));
    assert.deepEqual(new Set(got), queued);
    await Promise.all(got.map((id, index) => world.client.finishTask(success(`host-${index}`, id ?? ''))));
    for (const id of queued) assert.equal(await stateOf(world, id), 'finished');
  });
}

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

/** What happens in the background is looked for again and again, for two seconds at most. */
async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!(await check())) {
    if (performance.now() > deadline) assert.fail('it did not happen within two seconds');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

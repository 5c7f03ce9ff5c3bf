import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrantManagerServiceGrantResponseSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { connectClient, fetchToken } from '../testing/client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { failure, hello, success } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';
import { idOf, invoke, list, startAt, stateOf, sync } from '../testing/tasks.ts';

for (const [kind, openStore] of Object.entries(stores)) {
  test(`${kind}: a connector says hello, gets a task and finishes it`, async (t) => {
    const world = await startAt(t, openStore(t));
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
    const { server, client, connectorId } = await startAt(t, openStore(t));
    await client.hello(hello('host-1'));
    const { hosts, name } = await server.connector(connectorId);
    assert.equal(name, 'demo');
    assert.equal(hosts[0]?.hostId, 'host-1');
    assert.equal(hosts[0]?.hello?.connectorMetadata?.displayName, 'Demo');
    assert.equal(hosts[0]?.hello?.buildInfo?.package, 'demo');
  });

  test(`${kind}: an answer without a task still says when to ask again`, async (t) => {
    const { client } = await startAt(t, openStore(t));
    const { task, nextPoll } = await client.getTask({ hostId: 'host-1' });
    assert.equal(task, undefined);
    assert.ok(nextPoll !== undefined && nextPoll.nanos > 0);
  });

  test(`${kind}: tasks are handed out in the order in which they were queued`, async (t) => {
    const world = await startAt(t, openStore(t));
    const queued = [];
    for (let index = 0; index < 5; index += 1) queued.push((await world.server.enqueue(world.connectorId, list)).id);
    const { tasks } = await world.client.getTasks({ hostId: 'host-1', pageSize: 100 });
    assert.deepEqual(
      tasks.map((task) => task.id),
      queued,
    );
  });

  test(`${kind}: a poll gets as many tasks as it asks for, and none that it has`, async (t) => {
    const { server, client, connectorId } = await startAt(t, openStore(t));
    const first = await server.enqueue(connectorId, list);
    for (let index = 0; index < 3; index += 1) await server.enqueue(connectorId, list);
    const { tasks } = await client.getTasks({ hostId: 'host-1', pageSize: 2, knownTaskIds: [first.id] });
    assert.equal(tasks.length, 2);
    assert.ok(tasks.every((task) => task.id !== first.id));
  });

  test(`${kind}: only one sync of a connector runs at a time`, async (t) => {
    const world = await startAt(t, openStore(t));
    const first = await world.server.enqueue(world.connectorId, sync);
    const second = await world.server.enqueue(world.connectorId, sync);
    assert.equal(await idOf(world, 'host-1'), first.id);
    assert.equal(await idOf(world, 'host-2'), undefined);
    await world.client.finishTask(failure('host-1', first.id, true));
    assert.equal(await idOf(world, 'host-2'), second.id);
  });

  test(`${kind}: a second task with the same key is the first one, until that has ended`, async (t) => {
    const world = await startAt(t, openStore(t));
    const { server, connectorId } = world;
    const first = await server.enqueue(connectorId, list, { dedupeKey: 'schemas' });
    assert.equal((await server.enqueue(connectorId, list, { dedupeKey: 'schemas' })).id, first.id);
    await idOf(world);
    await world.client.finishTask(success('host-1', first.id));
    assert.notEqual((await server.enqueue(connectorId, list, { dedupeKey: 'schemas' })).id, first.id);
  });

  test(`${kind}: a task is not handed out before its time`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
    const { id } = await world.server.enqueue(world.connectorId, list, { notBeforeMs: clock.now() + 1_000 });
    assert.equal(await idOf(world), undefined);
    clock.advance(1_000);
    assert.equal(await idOf(world), id);
  });

  test(`${kind}: finishing twice changes nothing`, async (t) => {
    const world = await startAt(t, openStore(t));
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world);
    await world.client.finishTask(success('host-1', id));
    await world.client.finishTask(failure('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a failure that may pass is tried three times`, async (t) => {
    const world = await startAt(t, openStore(t));
    const { id } = await world.server.enqueue(world.connectorId, list);
    for (const state of ['pending', 'pending', 'failed']) {
      assert.equal(await idOf(world), id);
      await world.client.finishTask(failure('host-1', id));
      assert.equal(await stateOf(world, id), state);
    }
    assert.equal((await world.server.task(id)).result?.status?.message, 'it broke');
  });

  test(`${kind}: a failure that will not pass, and one of a task that must not be done twice, are final`, async (t) => {
    const world = await startAt(t, openStore(t));
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
    const world = await startAt(t, openStore(t));
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

  test(`${kind}: a sync that sent no file has not succeeded, however often it is said`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world);
    await world.client.finishTask(success('host-1', id));
    const ended = await world.server.task(id);
    assert.equal(ended.state, 'failed');
    assert.match(ended.reason ?? '', /sent no file/);
    clock.advance(1_000);
    await world.client.finishTask(success('host-1', id));
    assert.deepEqual(await world.server.task(id), ended);
  });

  test(`${kind}: a task that waits is cancelled at once, and one under way by its heartbeat`, async (t) => {
    const world = await startAt(t, openStore(t));
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
    const world = await startAt(t, openStore(t));
    const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
    await idOf(world);
    await world.server.cancel(id);
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a hello task is done by a hello that names it`, async (t) => {
    const world = await startAt(t, openStore(t));
    const { id } = await world.server.enqueue(world.connectorId, { case: 'hello', value: {} });
    assert.equal(await idOf(world), id);
    await world.client.hello({ ...hello('host-1'), taskId: id });
    assert.equal((await world.server.waitFor(id)).state, 'finished');
  });

  test(`${kind}: another connector's task does not exist`, async (t) => {
    const world = await startAt(t, openStore(t));
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
    const world = await startAt(t, openStore(t), clock);
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
    const world = await startAt(t, openStore(t));
    const queued = new Set<string>();
    for (let index = 0; index < 50; index += 1) queued.add((await world.server.enqueue(world.connectorId, list)).id);
    const got = await Promise.all(Array.from({ length: 50 }, (_, index) => idOf(world, `host-${index}`)));
    assert.deepEqual(new Set(got), queued);
    await Promise.all(got.map((id, index) => world.client.finishTask(success(`host-${index}`, id ?? ''))));
    for (const id of queued) assert.equal(await stateOf(world, id), 'finished');
  });
}

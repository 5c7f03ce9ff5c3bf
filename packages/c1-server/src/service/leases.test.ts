import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { failure, hello, success } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';
import { idOf, invoke, list, startAt, stateOf, sync, until } from '../testing/tasks.ts';

for (const [kind, openStore] of Object.entries(stores)) {
  test(`${kind}: heartbeats keep a sync, and silence gives it to another host`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
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
    const world = await startAt(t, openStore(t), clock);
    const { id } = await world.server.enqueue(world.connectorId, sync);
    await idOf(world, 'host-1');
    clock.advance(91_000);
    await until(async () => (await stateOf(world, id)) === 'pending');
    assert.equal((await world.client.heartbeat({ hostId: 'host-1', taskId: id })).cancelled, false);
    assert.equal(await stateOf(world, id), 'leased');
  });

  test(`${kind}: other tasks are lent for ten minutes without a heartbeat`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world, 'host-1');
    clock.advance(599_000);
    assert.equal(await idOf(world, 'host-2'), undefined);
    clock.advance(2_000);
    assert.equal((await world.client.getTask({ hostId: 'host-2' })).task?.id, id);
  });

  test(`${kind}: a task that nobody finishes fails after the last attempt, also when nobody polls`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
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
    const world = await startAt(t, openStore(t), clock, { maxAttempts: 1 });
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world);
    clock.advance(601_000);
    await until(async () => (await stateOf(world, id)) === 'failed');
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });

  test(`${kind}: a failure of a host that lost the task does not end it for the next`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
    const { id } = await world.server.enqueue(world.connectorId, list);
    await idOf(world, 'host-1');
    clock.advance(601_000);
    assert.equal(await idOf(world, 'host-2'), id);
    await world.client.finishTask(failure('host-1', id, true));
    assert.equal(await stateOf(world, id), 'leased');
  });

  test(`${kind}: a process that starts anew gives back what the one before had, except what must not be done twice`, async (t) => {
    const clock = new FakeClock();
    const world = await startAt(t, openStore(t), clock);
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
    const world = await startAt(t, openStore(t));
    const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
    await idOf(world);
    await world.client.hello(hello('host-1'));
    await world.client.finishTask(success('host-1', id));
    assert.equal(await stateOf(world, id), 'finished');
  });
}

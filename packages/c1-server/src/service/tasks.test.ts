import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hello, startWorld, success } from '../testing/harness.ts';

test('a connector says hello, gets a task and finishes it', async (t) => {
  const { server, client, connectorId } = await startWorld(t);
  await client.hello(hello('host-1'));
  const queued = await server.enqueue(connectorId, { case: 'actionListSchemas', value: {} });
  const { task, nextPoll } = await client.getTask({ hostId: 'host-1' });
  assert.equal(task?.id, queued.id);
  assert.equal(task?.taskType.case, 'actionListSchemas');
  assert.ok(nextPoll !== undefined && nextPoll.nanos > 0);
  await client.finishTask(success('host-1', queued.id));
  const ended = await server.waitFor(queued.id);
  assert.equal(ended.state, 'finished');
  assert.equal(ended.result?.finalState.case, 'success');
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TaskPayload } from '@baton-ts/c1-server';
import { openC1zReader } from '@baton-ts/c1z';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { grant } from '../model/entitlement.ts';
import { userResource } from '../model/resource.ts';
import { assigned, userType } from '../sync/testing/small-connector.ts';
import { startC1 } from './testing/c1.ts';
import { ledgerConnector, memoryLedger } from './testing/ledger-connector.ts';
import { startService } from './testing/run-ledger-service.ts';

const TASKS = 500;
const RESTARTS = 10;
const MAX_GROWTH_BYTES = 20 * 1024 ** 2;

const person = (name: string) => userResource({ type: userType, id: name, displayName: name });
const kinds: readonly ((index: number) => TaskPayload)[] = [
  (index) => ({ case: 'grant', value: { entitlement: assigned, principal: person(`p${index}`) } }),
  (index) => ({ case: 'revoke', value: { grant: grant(assigned, person(`p${index}`)) } }),
  () => ({ case: 'actionInvoke', value: { name: 'ring' } }),
  () => ({ case: 'actionListSchemas', value: {} }),
  () => ({ case: 'actionGetSchema', value: { name: 'ring' } }),
  () => ({ case: 'actionStatus', value: { id: 'unknown' } }),
  () => ({ case: 'hello', value: {} }),
  () => ({ case: 'createAccount', value: { accountInfo: { login: 'x' } } }),
  () => ({ case: 'createResource', value: {} }),
  () => ({ case: 'deleteResource', value: { resourceId: { resourceType: 'user', resource: 'ann' } } }),
  () => ({ case: 'rotateCredentials', value: {} }),
  () => ({ case: 'issueCredential', value: {} }),
  () => ({ case: 'listTicketSchemas', value: {} }),
  () => ({ case: 'listEvents', value: {} }),
  () => ({ case: 'compactSyncs', value: {} }),
  () => ({ case: 'syncFull', value: {} }),
];

test('500 tasks of all kinds, 10 restarts, cut streams, ending tokens, 1 call in 20 failing: each ends once', async (t) => {
  const random = randomNumbers(t);
  /** Half of the failures come after the server has done its part. */
  const unreliable: Interceptor = (next) => async (request) => {
    const chance = random();
    if (chance < 0.025) throw new ConnectError('made to fail before', Code.Unavailable);
    const answer = await next(request);
    if (chance < 0.05) throw new ConnectError('made to fail after', Code.Unavailable);
    return answer;
  };
  const ends = new Map<string, number>();
  const isOver = new Set(['finished', 'failed', 'cancelled']);
  const options: Parameters<typeof startC1>[1] = {
    interceptors: [unreliable],
    // A lease that a lost answer has left behind comes back soon; tokens last 20 s of the service's quick time.
    limits: { maxAttempts: 8, retryDelayMs: 1, taskLeaseMs: 2000, syncLeaseMs: 2000, tokenLifetimeMs: 30_000 },
    onEvent: (event) => {
      if (event.kind === 'task' && isOver.has(event.task.state)) {
        ends.set(event.task.id, (ends.get(event.task.id) ?? 0) + 1);
      }
    },
  };
  const c1 = await startC1(t, options);
  const ledger = memoryLedger();
  const service = startService(t, c1, ledgerConnector(ledger), { options: { concurrency: 10 } });
  const ask = async (payload: TaskPayload): Promise<string> =>
    (await c1.server.enqueue(c1.credential.connectorId, payload)).id;
  const warmUp = await Promise.all(kinds.map((kind) => ask(kind(-1))));
  await Promise.all(warmUp.map((id) => c1.server.waitFor(id)));
  const before = await memory();

  const granted = new Set<string>();
  const ids: string[] = [];
  for (let index = 0; index < TASKS; index += 1) {
    const kind = kinds[index % kinds.length] ?? assert.fail();
    if (index % kinds.length === 0) granted.add(`p${index}`);
    ids.push(await ask(kind(index)));
  }
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await delay(random() * 400);
    c1.server.dropConnections();
    await delay(random() * 400);
    await c1.stop();
    await c1.start(options);
  }
  const tasks = await Promise.all(ids.map((id) => c1.server.waitFor(id, AbortSignal.timeout(60_000))));
  await service.stop();

  for (const task of tasks) {
    assert.equal(ends.get(task.id), 1, `${task.type} ${task.id} ended ${ends.get(task.id)} times`);
    if (['grant', 'revoke', 'syncFull', 'hello', 'actionListSchemas'].includes(task.type)) {
      assert.equal(task.state, 'finished', `${task.type}: ${task.reason ?? task.result?.status?.message}`);
    }
    for (const { path, sha256 } of task.uploads) {
      assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), sha256);
      const reader = await openC1zReader(path);
      await reader.close();
    }
  }
  const grants = ledger.writes.filter((write) => write.startsWith('grant '));
  assert.equal(grants.length, new Set(grants).size, 'a grant was made twice');
  for (const name of granted) assert.ok(grants.includes(`grant ${name}`), `the grant of ${name} is missing`);
  const growth = (await memory()) - before;
  t.diagnostic(`memory grew by ${Math.round(growth / 1024)} KiB`);
  assert.ok(growth < MAX_GROWTH_BYTES);
});

/** What is in use after collections: pages that the collector keeps for later say nothing. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  for (let round = 0; round < 3; round += 1) {
    collect();
    await delay(5);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

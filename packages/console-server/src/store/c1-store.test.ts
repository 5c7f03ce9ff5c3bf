import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { C1Store, TaskRecord } from '@baton-ts/c1-server';
import { openKeyRing, secretBox } from '../settings/secret-box.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { c1Store } from './c1-store.ts';
import type { Store } from './store.ts';

const clock = { now: () => 1_790_000_000_000, sleep: async () => {} };

const task: TaskRecord = {
  id: 't1',
  connectorId: 'c1',
  type: 'syncFull',
  state: 'pending',
  task: Uint8Array.of(0, 1, 255),
  dedupeKey: undefined,
  createdAtMs: 10,
  notBeforeMs: 10,
  attempts: 0,
  lease: undefined,
  cancelRequested: false,
  endedAtMs: undefined,
  result: undefined,
  reason: undefined,
  uploads: [],
};

describeOnStores('what the protocol server keeps', (open) => {
  async function world(t: TestContext): Promise<{ store: Store; c1: C1Store; again: () => Promise<C1Store> }> {
    const store = await open(t);
    const dataDir = tempFolder(t);
    const again = async () => c1Store(store, secretBox(await openKeyRing({ store, dataDir })), clock);
    return { store, c1: await again(), again };
  }

  test('the key of the tokens is made once, and is sealed in the database', async (t) => {
    const { store, c1, again } = await world(t);
    const [key, same] = await Promise.all([c1.tokenKey(), c1.tokenKey()]);
    assert.equal(key.length, 32);
    assert.deepEqual(same, key);
    assert.deepEqual(await (await again()).tokenKey(), key);
    const rows = JSON.stringify(await store.db.selectFrom('secrets').selectAll().execute());
    assert.ok(!rows.includes(Buffer.from(key).toString('base64url')));
  });

  test('connectors come in the order in which they were made', async (t) => {
    const { c1 } = await world(t);
    await c1.putConnector({ id: 'z', name: 'first', createdAtMs: 1 });
    await c1.putConnector({ id: 'a', name: 'second', createdAtMs: 1 });
    await c1.putConnector({ id: 'z', name: 'first, renamed', createdAtMs: 1 });
    assert.deepEqual(
      (await c1.connectors()).map(({ name }) => name),
      ['first, renamed', 'second'],
    );
    assert.deepEqual(await c1.connector('a'), { id: 'a', name: 'second', createdAtMs: 1 });
    assert.equal(await c1.connector('b'), undefined);
  });

  test('a credential comes back as it was, also when it is revoked', async (t) => {
    const { c1 } = await world(t);
    const credential = {
      clientId: 'demo@host/one',
      connectorId: 'c1',
      publicKey: 'x',
      createdAtMs: 1,
      revokedAtMs: undefined,
    };
    await c1.putCredential(credential);
    assert.deepEqual(await c1.credential('demo@host/one'), credential);
    await c1.putCredential({ ...credential, revokedAtMs: 5 });
    assert.deepEqual(await c1.credentials('c1'), [{ ...credential, revokedAtMs: 5 }]);
    assert.deepEqual(await c1.credentials('c2'), []);
  });

  test('a host is there until it is deleted, with its hello', async (t) => {
    const { c1 } = await world(t);
    const host = { connectorId: 'c1', hostId: 'h', lastSeenMs: 1, helloAtMs: undefined, hello: undefined };
    await c1.putHost(host);
    assert.deepEqual(await c1.hosts('c1'), [host]);
    await c1.putHost({ ...host, helloAtMs: 2, hello: Uint8Array.of(7) });
    assert.deepEqual((await c1.hosts('c1'))[0]?.hello, Uint8Array.of(7));
    await c1.deleteHost('c1', 'h');
    assert.deepEqual(await c1.hosts('c1'), []);
  });

  test('a task comes back as it was', async (t) => {
    const { c1 } = await world(t);
    await c1.putTask(task);
    assert.deepEqual(await c1.task('t1'), task);
    const ended: TaskRecord = {
      ...task,
      state: 'finished',
      dedupeKey: 'sync',
      attempts: 2,
      lease: { hostId: 'h', untilMs: 9 },
      endedAtMs: 20,
      result: Uint8Array.of(1),
      reason: 'why',
      uploads: [{ kind: 'c1z-v3', path: '/a', sizeBytes: 3, sha256: 'ff', receivedAtMs: 4 }],
    };
    await c1.putTask(ended);
    assert.deepEqual(await c1.task('t1'), ended);
    assert.equal(await c1.task('t2'), undefined);
  });

  test('due are the pending tasks whose time has come, in the order of the queue', async (t) => {
    const { c1 } = await world(t);
    await c1.putTask({ ...task, id: 'z' });
    await c1.putTask({ ...task, id: 'a', type: 'grant' });
    await c1.putTask({ ...task, id: 'later', type: 'grant', notBeforeMs: 50 });
    await c1.putTask({ ...task, id: 'leased', state: 'leased' });
    await c1.putTask({ ...task, id: 'other', connectorId: 'c2' });
    const due = async (search: { nowMs?: number; limit?: number; withoutSyncs?: boolean }): Promise<string[]> =>
      (await c1.dueTasks('c1', { nowMs: 10, limit: 9, withoutSyncs: false, ...search })).map(({ id }) => id);
    assert.deepEqual(await due({}), ['z', 'a']);
    assert.deepEqual(await due({ nowMs: 50 }), ['z', 'a', 'later']);
    assert.deepEqual(await due({ limit: 1 }), ['z']);
    assert.deepEqual(await due({ withoutSyncs: true }), ['a']);
    assert.equal(await c1.nextDueMs('c1', 10), 50);
    assert.equal(await c1.nextDueMs('c1', 50), undefined);
  });

  test('leased tasks and those with a key are found while they are open', async (t) => {
    const { c1 } = await world(t);
    await c1.putTask({ ...task, id: 'a', state: 'leased', dedupeKey: 'sync' });
    await c1.putTask({ ...task, id: 'b', state: 'leased', connectorId: 'c2' });
    assert.deepEqual((await c1.leasedTasks()).map(({ id }) => id).sort(), ['a', 'b']);
    assert.deepEqual(
      (await c1.leasedTasks('c1')).map(({ id }) => id),
      ['a'],
    );
    assert.equal((await c1.openTaskWithKey('c1', 'sync'))?.id, 'a');
    await c1.putTask({ ...task, id: 'a', state: 'failed', dedupeKey: 'sync' });
    assert.equal(await c1.openTaskWithKey('c1', 'sync'), undefined);
    assert.deepEqual(await c1.leasedTasks('c1'), []);
    assert.deepEqual(
      (await c1.tasks('c1', 5)).map(({ id }) => id),
      ['a'],
    );
  });

  test('a nonce is new once, until its time is over', async (t) => {
    const { c1 } = await world(t);
    const nonce = { clientId: 'a', nonce: 'n', untilMs: 100 };
    const answers = await Promise.all(Array.from({ length: 5 }, () => c1.rememberNonce(nonce, 50, 9)));
    assert.deepEqual(answers.sort(), ['new', 'seen', 'seen', 'seen', 'seen']);
    assert.equal(await c1.rememberNonce({ ...nonce, clientId: 'b' }, 50, 9), 'new');
    assert.equal(await c1.rememberNonce({ ...nonce, nonce: 'm' }, 50, 1), 'full');
    assert.equal(await c1.rememberNonce({ ...nonce, untilMs: 200 }, 101, 1), 'new');
  });
});

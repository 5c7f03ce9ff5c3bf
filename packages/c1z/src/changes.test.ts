import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openC1z } from './open.ts';
import type { SyncReader } from './store.ts';
import { entitlement, grant, resource, scratch } from './testing.ts';

const group = resource('group', 'admins');
const member = entitlement(group, 'member');
const [ada, bob, cy] = [resource('user', 'ada'), resource('user', 'bob'), resource('user', 'cy')];

/** Two syncs of one file, compared while the second is still being written. */
async function compare(t: TestContext, first: Rows, second: Rows) {
  const store = await openC1z(join(scratch(t), 'sync.c1z'), { tempDir: scratch(t) });
  const write = async (rows: Rows) => {
    const sync = store.startSync({ syncType: 'full' });
    sync.putResources([group, ...rows.people]);
    sync.putEntitlements([member]);
    sync.putGrants(rows.grants);
    await sync.buildIndexes();
    return sync;
  };
  try {
    await store.finishSync(await write(first), { syncToken: '' });
    const before: SyncReader | undefined = store.latestFinished();
    assert.ok(before);
    return await store.changes(before, await write(second));
  } finally {
    await store.discard();
  }
}

interface Rows {
  readonly people: readonly (typeof ada)[];
  readonly grants: readonly ReturnType<typeof grant>[];
}

test('rows that only one of two syncs has are added or removed, by resource type', async (t) => {
  const changes = await compare(
    t,
    { people: [ada, bob], grants: [grant(member, ada), grant(member, bob)] },
    { people: [bob, cy], grants: [grant(member, bob)] },
  );
  assert.deepEqual(changes.resources, { added: { user: 1 }, removed: { user: 1 }, changed: {} });
  assert.deepEqual(changes.grants, { added: {}, removed: { group: 1 }, changed: {} });
});

test('a row with another content is changed', async (t) => {
  const renamed = { ...ada, displayName: 'Ada Lovelace' };
  const changes = await compare(t, { people: [ada], grants: [] }, { people: [renamed], grants: [] });
  assert.deepEqual(changes.resources, { added: {}, removed: {}, changed: { user: 1 } });
});

test('a grant that expands from elsewhere is changed', async (t) => {
  const changes = await compare(
    t,
    { people: [ada], grants: [grant(member, ada, ['one'])] },
    { people: [ada], grants: [grant(member, ada, ['two'])] },
  );
  assert.deepEqual(changes.grants, { added: {}, removed: {}, changed: { group: 1 } });
});

test('two equal syncs differ in nothing', async (t) => {
  const rows = { people: [ada], grants: [grant(member, ada)] };
  const none = { added: {}, removed: {}, changed: {} };
  assert.deepEqual(await compare(t, rows, rows), { resources: none, entitlements: none, grants: none });
});

test('a suspended store writes no file, gives its lock back, and is gone on with by the next', async (t) => {
  const [path, tempDir] = [join(scratch(t), 'sync.c1z'), scratch(t)];
  const store = await openC1z(path, { tempDir });
  const sync = store.startSync({ syncType: 'full' });
  sync.putResources([ada]);
  sync.checkpoint('so far');
  await store.suspend();
  assert.ok(!existsSync(path) && !existsSync(`${path}.lock`));
  const next = await openC1z(path, { tempDir });
  const resumed = next.resumableSync('full');
  assert.equal(resumed?.run.syncToken, 'so far');
  assert.ok(resumed?.resource({ resourceType: 'user', resource: 'ada' }));
  await next.discard();
});

test('a suspended store in which nothing was written keeps no working copy', async (t) => {
  const tempDir = scratch(t);
  const store = await openC1z(join(scratch(t), 'sync.c1z'), { tempDir });
  await store.suspend();
  assert.deepEqual(readdirSync(tempDir), []);
});

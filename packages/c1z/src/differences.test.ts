import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { create } from '@bufbuild/protobuf';
import { differences, type RowKinds } from './differences.ts';
import { openC1z } from './open.ts';
import { openC1zReader } from './open-reader.ts';
import type { SyncReader } from './store.ts';
import { entitlement, grant, resource, scratch } from './testing.ts';

/** One finished sync in which each of these people is a member, with a name to change and groups to pass it on. */
async function syncOf(
  t: TestContext,
  people: Readonly<Record<string, { readonly name?: string; readonly from?: readonly string[] }>>,
): Promise<SyncReader> {
  const path = join(scratch(t), 'a.c1z');
  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  const member = entitlement(resource('group', 'ops'), 'member');
  sync.putResourceTypes([create(ResourceTypeSchema, { id: 'user' }), create(ResourceTypeSchema, { id: 'group' })]);
  sync.putResources([resource('group', 'ops')]);
  sync.putEntitlements([member]);
  for (const [id, { name = id, from = [] }] of Object.entries(people)) {
    const person = { ...resource('user', id), displayName: name };
    sync.putResources([person]);
    sync.putGrants([grant(member, person, from)]);
  }
  await store.finishSync(sync, { syncToken: '' });
  await store.close();
  const reader = await openC1zReader(path);
  t.after(() => reader.close());
  const found = reader.reader();
  assert.ok(found);
  return found;
}

const told = (before: SyncReader, after: SyncReader, kind: keyof RowKinds): string[] =>
  [...differences(before, after, kind)].map(({ change, id }) => `${change} ${id}`);

test('two syncs of the same have no differences', async (t) => {
  const [before, after] = [await syncOf(t, { ann: {}, bob: {} }), await syncOf(t, { ann: {}, bob: {} })];
  for (const kind of ['resources', 'entitlements', 'grants'] as const) assert.deepEqual(told(before, after, kind), []);
});

test('rows that only one sync has are created or deleted', async (t) => {
  const [before, after] = [await syncOf(t, { ann: {}, bob: {} }), await syncOf(t, { bob: {}, cem: {} })];
  assert.deepEqual(told(before, after, 'resources'), ['deleted user:ann', 'created user:cem']);
  assert.deepEqual(told(before, after, 'grants'), [
    'deleted group:ops:member:user:ann',
    'created group:ops:member:user:cem',
  ]);
});

test('a row whose bytes differ is modified, with both versions at hand', async (t) => {
  const [before, after] = [await syncOf(t, { ann: {} }), await syncOf(t, { ann: { name: 'Ann Lee' } })];
  const [changed] = differences(before, after, 'resources');
  assert.ok(changed?.change === 'modified');
  assert.deepEqual([changed.before.read().displayName, changed.after.read().displayName], ['ann', 'Ann Lee']);
});

test('a grant that passes on to others than before is modified', async (t) => {
  const [before, after] = [await syncOf(t, { ann: {} }), await syncOf(t, { ann: { from: ['group:dev:member'] } })];
  assert.deepEqual(told(before, after, 'grants'), ['modified group:ops:member:user:ann']);
});

test('rows that changed their places are no differences', async (t) => {
  const orders = [
    ['a', 'b', 'c', 'd'],
    ['d', 'a', 'b', 'c'],
    ['b', 'c', 'd', 'a'],
    ['d', 'c', 'b', 'a'],
  ];
  const syncs: SyncReader[] = [];
  for (const order of orders) syncs.push(await syncOf(t, Object.fromEntries(order.map((id) => [id, {}]))));
  for (const before of syncs) for (const after of syncs) assert.deepEqual(told(before, after, 'resources'), []);
});

test('among rows that changed their places, each difference is told once', async (t) => {
  const random = randomNumbers(t);
  const people = () => {
    const ids = Array.from({ length: 12 }, (_, index) => `p${index}`).filter(() => random() < 0.7);
    const shuffled = ids.map((id) => ({ id, key: random() })).sort((a, b) => a.key - b.key);
    return Object.fromEntries(shuffled.map(({ id }) => [id, { name: random() < 0.5 ? 'x' : 'y' }]));
  };
  for (let round = 0; round < 10; round += 1) {
    const [olds, news] = [people(), people()];
    const expected = [...new Set([...Object.keys(olds), ...Object.keys(news)])].flatMap((id) => {
      if (olds[id] === undefined) return [`created user:${id}`];
      if (news[id] === undefined) return [`deleted user:${id}`];
      return olds[id].name === news[id].name ? [] : [`modified user:${id}`];
    });
    const found = told(await syncOf(t, olds), await syncOf(t, news), 'resources');
    assert.deepEqual(found.toSorted(), expected.toSorted());
  }
});

test('everything is created against a sync that is empty', async (t) => {
  const [before, after] = [await syncOf(t, {}), await syncOf(t, { ann: {} })];
  assert.deepEqual(told(before, after, 'grants'), ['created group:ops:member:user:ann']);
});

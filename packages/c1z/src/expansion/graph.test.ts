import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Edge, expansionOrder as orderOf } from './graph.ts';

const edge = (source: string, target: string, more: Partial<Edge> = {}): Edge => ({
  source,
  target,
  shallow: false,
  resourceTypeIds: new Set(),
  ...more,
});
const expansionOrder = (edges: Edge[]) => orderOf(edges, () => Promise.resolve());
const names = async (edges: Edge[]) => (await expansionOrder(edges)).map((node) => node.entitlementIds.join('+'));

test('sources come before what they give', async () => {
  assert.deepEqual(await names([edge('b', 'c'), edge('a', 'b')]), ['a', 'b', 'c']);
});

test('entitlements that give each other are one node, without edges inside', async () => {
  const nodes = await expansionOrder([edge('a', 'b'), edge('b', 'a'), edge('x', 'a'), edge('b', 'z')]);
  const circle = nodes.find((node) => node.entitlementIds.length === 2);
  assert.deepEqual(circle?.entitlementIds, ['a', 'b']);
  assert.deepEqual(
    circle?.incoming.map(({ from }) => from.entitlementIds),
    [['x']],
  );
});

test('an entitlement that gives itself gets nothing from itself', async () => {
  assert.deepEqual((await expansionOrder([edge('a', 'a')]))[0]?.incoming, []);
});

test('of two edges the deep one wins, the unfiltered one wins, and filters unite', async () => {
  const rule = async (first: Partial<Edge>, second: Partial<Edge>) =>
    (await expansionOrder([edge('a', 'b', first), edge('a', 'b', second)]))[1]?.incoming[0];
  assert.equal((await rule({ shallow: true }, { shallow: false }))?.shallow, false);
  assert.equal((await rule({ resourceTypeIds: new Set(['user']) }, {}))?.resourceTypeIds.size, 0);
  assert.deepEqual(
    (await rule({ resourceTypeIds: new Set(['user']) }, { resourceTypeIds: new Set(['bot']) }))?.resourceTypeIds,
    new Set(['user', 'bot']),
  );
});

test('a chain of 20 is fine and one of 21 is refused', async () => {
  const chain = (length: number) => Array.from({ length }, (_, n) => edge(`e${n}`, `e${n + 1}`));
  assert.equal((await expansionOrder(chain(20))).length, 21);
  await assert.rejects(expansionOrder(chain(21)), { name: 'BatonError', code: 9 });
});

test('a circle of 50,000 does not exhaust the stack', async () => {
  const size = 50_000;
  const circle = Array.from({ length: size }, (_, n) => edge(`e${n}`, `e${(n + 1) % size}`));
  assert.equal((await expansionOrder(circle)).length, 1);
});

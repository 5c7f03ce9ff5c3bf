import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Edge, expansionOrder } from './graph.ts';

const edge = (source: string, target: string, more: Partial<Edge> = {}): Edge => ({
  source,
  target,
  shallow: false,
  resourceTypeIds: new Set(),
  ...more,
});
const names = (edges: Edge[]) => expansionOrder(edges).map((node) => node.entitlementIds.join('+'));

test('sources come before what they give', () => {
  assert.deepEqual(names([edge('b', 'c'), edge('a', 'b')]), ['a', 'b', 'c']);
});

test('entitlements that give each other are one node, without edges inside', () => {
  const nodes = expansionOrder([edge('a', 'b'), edge('b', 'a'), edge('x', 'a'), edge('b', 'z')]);
  const circle = nodes.find((node) => node.entitlementIds.length === 2);
  assert.deepEqual(circle?.entitlementIds, ['a', 'b']);
  assert.deepEqual(
    circle?.incoming.map(({ from }) => from.entitlementIds),
    [['x']],
  );
});

test('an entitlement that gives itself gets nothing from itself', () => {
  assert.deepEqual(expansionOrder([edge('a', 'a')])[0]?.incoming, []);
});

test('of two edges the deep one wins, the unfiltered one wins, and filters unite', () => {
  const rule = (first: Partial<Edge>, second: Partial<Edge>) =>
    expansionOrder([edge('a', 'b', first), edge('a', 'b', second)])[1]?.incoming[0];
  assert.equal(rule({ shallow: true }, { shallow: false })?.shallow, false);
  assert.equal(rule({ resourceTypeIds: new Set(['user']) }, {})?.resourceTypeIds.size, 0);
  assert.deepEqual(
    rule({ resourceTypeIds: new Set(['user']) }, { resourceTypeIds: new Set(['bot']) })?.resourceTypeIds,
    new Set(['user', 'bot']),
  );
});

test('a chain of 20 is fine and one of 21 is refused', () => {
  const chain = (length: number) => Array.from({ length }, (_, n) => edge(`e${n}`, `e${n + 1}`));
  assert.equal(expansionOrder(chain(20)).length, 21);
  assert.throws(() => expansionOrder(chain(21)), { name: 'BatonError', code: 9 });
});

test('a circle of 50,000 does not exhaust the stack', () => {
  const size = 50_000;
  const circle = Array.from({ length: size }, (_, n) => edge(`e${n}`, `e${(n + 1) % size}`));
  assert.equal(expansionOrder(circle).length, 1);
});

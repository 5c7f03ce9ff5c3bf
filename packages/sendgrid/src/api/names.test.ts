import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerProblem, pathSegment } from './names.ts';

for (const [name, segment] of [
  ['ann@example.com', 'ann%40example.com'],
  ['a+b', 'a%2Bb'],
  ['a b', 'a%20b'],
  ['a/b', 'a%2Fb'],
  ['50%', '50%25'],
  ['who?', 'who%3F'],
  ['#1', '%231'],
  ['a..b', 'a..b'],
  ['Žofie', '%C5%BDofie'],
  ['Pending', 'Pending'],
] as const) {
  test(`${JSON.stringify(name)} is one path segment`, () => assert.equal(pathSegment('teammate', name), segment));
}

for (const name of ['', '.', '..', 'pending', '\ud800']) {
  test(`${JSON.stringify(name)} is refused before a call is made`, () => {
    assert.throws(() => pathSegment('teammate', name), /cannot be named in a call/);
  });
}

for (const name of ['brand_a', 'John@example.com', 'Café', 'two words']) {
  test(`a subuser called ${JSON.stringify(name)} can be acted for`, () => assert.equal(headerProblem(name), undefined));
}

for (const name of ['', 'Žofie', '東京', ' brand', 'brand ', 'a\nb', 'account-id 7']) {
  test(`a subuser called ${JSON.stringify(name)} cannot be acted for`, () => assert.ok(headerProblem(name)));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

test('what was not asked for longest is forgotten first, and made again', () => {
  const made: string[] = [];
  const lru = new Lru<string, string>(2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
    lru.get(key, (key) => {
      made.push(key);
      return key;
    });
  }
  assert.deepEqual(made, ['a', 'b', 'c', 'b']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

test('what was asked for lately is at hand, and what was not is made again', () => {
  const made: string[] = [];
  const recent = new Lru<string, string>(4);
  const get = (key: string) =>
    recent.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  assert.deepEqual(['a', 'b', 'a', 'c', 'a', 'd', 'a', 'b'].map(get), ['A', 'B', 'A', 'C', 'A', 'D', 'A', 'B']);
  assert.deepEqual(made, ['a', 'b', 'c', 'd', 'b']);
});

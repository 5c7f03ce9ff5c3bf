import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatResourceBid, parseResourceBid } from './baton-id.ts';

test('a Baton ID that was written reads back as the same address, whatever its characters', () => {
  for (const address of [
    { resourceType: 'scope', resource: 'mail.send' },
    { resourceType: 'a:b', resource: 'c/d\\e', parent: { resourceType: 'sub/user', resource: '7' } },
  ]) {
    assert.deepEqual(parseResourceBid(formatResourceBid(address)), address);
  }
});

test('the error shows the text with a caret under what is wrong', () => {
  assert.throws(() => parseResourceBid('bid:r:user/a:b'), {
    message: 'Not a Baton ID: a colon inside a type or an id is written "\\:".\n  bid:r:user/a:b\n              ^',
  });
});

test('a missing id, half a parent, an unknown escape and another kind are refused', () => {
  for (const text of [
    'bid:r:user',
    'bid:r:user/',
    'bid:r:a/b/c',
    'bid:r:a/b/c/d/e',
    'bid:r:a\\n/b',
    'bid:e:a/b:c',
    '',
  ]) {
    assert.throws(() => parseResourceBid(text), { name: 'BatonError', code: 3 }, text);
  }
});

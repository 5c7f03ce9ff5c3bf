import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from './split-words.ts';
import { entitlementRef, grantParts, resourceRef } from './task-ids.ts';

test('an entitlement id of three parts names its resource', () => {
  const expected = { id: 'group:42:member', of: { resourceType: 'group', resource: '42' }, slug: 'member' };
  assert.deepEqual(entitlementRef('group:42:member', {}), expected);
});

test('an id with more colons is not guessed at', () => {
  assert.throws(() => entitlementRef('role:urn:x:assigned', {}), {
    code: 3,
    message: /--resource-type and --resource/,
  });
  assert.throws(() => grantParts('role:urn:x:assigned:user:7'), { code: 3, message: /PRINCIPAL_TYPE PRINCIPAL/ });
});

test('the resource that is told settles an id with more colons', () => {
  const { of, slug } = entitlementRef('role:urn:x:assigned', { type: 'role', resource: 'urn:x' });
  assert.deepEqual(of, { resourceType: 'role', resource: 'urn:x' });
  assert.equal(slug, 'assigned');
});

test('an empty or overlong part of an id is refused, as a connector would', () => {
  assert.throws(() => resourceRef('user', ''), { code: 3 });
  assert.throws(() => resourceRef('user', 'x'.repeat(1025)), { code: 3 });
});

test('a line at the prompt is split as a shell splits it', () => {
  assert.deepEqual(splitWords(`action  reset '{"user": "7"}' "a \\"b\\"" c\\ d ''`), [
    'action',
    'reset',
    '{"user": "7"}',
    'a "b"',
    'c d',
    '',
  ]);
  assert.throws(() => splitWords(`sync 'open`), { message: /not closed/ });
});

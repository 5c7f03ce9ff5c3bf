import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, phrases } from './access-phrases.ts';

for (const [description, phrase] of [
  ['Can bring in new people, with any right the inviter holds. Risk: critical.', 'bring in new people'],
  ['May do everything in the subuser harbor_kids.', 'do everything in the subuser harbor_kids'],
  ['Whatever the connector says', 'use “Invite teammates”'],
] as const) {
  test(`“${description}” is said as “${phrase}”`, () => {
    assert.deepEqual(phrases([{ description, displayName: 'Invite teammates' }]), [phrase]);
  });
}

test('what two entitlements let one do alike is said once', () => {
  const same = { description: 'Can send mail.', displayName: 'Send' };
  assert.deepEqual(phrases([same, same]), ['send mail']);
});

test('the first are named and the others counted', () => {
  assert.equal(listed(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
  assert.equal(listed(['a', 'b'], 2), 'a, b');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyAbilities } from './key-abilities.ts';

test('an ability misses the scopes that the key lacks, by name', () => {
  const rights = { checkedAt: '', holds: ['teammates.read', 'sso.teammates.create'], lacks: ['sso.teammates.update'] };
  assert.deepEqual(
    keyAbilities(rights).map(({ name, missing }) => [name, missing]),
    [
      ['Read teammates', []],
      ['Change single sign-on teammates', ['sso.teammates.update']],
    ],
  );
});

test('nothing is said of abilities of which the connector said nothing', () => {
  assert.deepEqual(keyAbilities({ checkedAt: '', holds: [], lacks: [] }), []);
});

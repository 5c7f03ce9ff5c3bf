import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeName, titleOf, whatItAllows } from './entitlement-text.ts';

for (const [externalId, slug, name] of [
  ['scope:mail.send:assigned', 'assigned', 'mail.send'],
  ['subuser:377020:admin', 'admin', 'subuser:377020:admin'],
  ['', 'access', 'access'],
] as const) {
  test(`the entitlement "${externalId}" is shown as ${name}`, () => {
    assert.equal(scopeName({ externalId, slug }), name);
  });
}

test('a long one is cut in the middle, because the verb is at the end', () => {
  const shown = scopeName({
    externalId: 'scope:user.webhooks.event.of.many.words.settings.update:assigned',
    slug: 'assigned',
  });
  assert.match(shown, /^user\.webhooks\.event.*….*settings\.update$/);
});

test('a name of our own comes before that of the app', () => {
  assert.equal(titleOf({ alias: 'Our name', displayName: 'Its name' }), 'Our name');
  assert.equal(titleOf({ alias: '', displayName: 'Its name' }), 'Its name');
});

test('the risk is not said twice, and what is not in the catalogue says so', () => {
  assert.equal(whatItAllows({ isUnknown: false, description: 'Can send mail. Risk: high.' }), 'Can send mail.');
  assert.match(whatItAllows({ isUnknown: true, description: '' }), /^Not in our catalogue/);
});

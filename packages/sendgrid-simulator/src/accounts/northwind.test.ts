import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveScopes } from '../account.ts';
import { isAssignedBySendGrid } from '../scope-names.ts';
import { generatedAccount } from './generated.ts';
import { northwindAccount } from './northwind.ts';

const nowMs = 1_780_000_000_000;
const account = northwindAccount(1, nowMs);
const people = [...account.teammates.values()];
const scopesOf = (username: string) => {
  const teammate = account.teammates.get(username);
  assert.ok(teammate, username);
  return effectiveScopes(account, undefined, teammate);
};

test('the company has about 60 people, one owner and a few brands', () => {
  assert.ok(people.length >= 55 && people.length <= 65, `${people.length} people`);
  assert.equal(people.filter(({ isOwner }) => isOwner).length, 1);
  assert.equal(account.subusers.size, 4);
});

test('everybody writes from a name that is reserved for examples', () => {
  const local = [...account.subusers.values()].flatMap(({ local }) => [...local.teammates.values()]);
  for (const { email } of [...people, ...local, ...account.invitations.values(), ...account.subusers.values()]) {
    assert.match(email, /@([\w-]+\.)?example\.(com|org)$|\.example\.(com|org)$/);
  }
});

test('every way to sign in occurs', () => {
  assert.ok(people.some(({ isUnified }) => isUnified));
  assert.ok(people.some(({ isSso, isRestricted }) => isSso && isRestricted));
  assert.ok(people.some(({ isPartnerSso }) => isPartnerSso));
  assert.ok(people.some(({ isSso, isUnified, isPartnerSso }) => !isSso && !isUnified && !isPartnerSso));
});

test('a reviewer finds a contractor who can make keys, an intern with all rights and billing in marketing', () => {
  assert.ok(scopesOf('dmarlowe-ext').includes('api_keys.create'));
  assert.equal(account.teammates.get('tim_intern')?.isAdmin, true);
  assert.ok(scopesOf('lucia.romano@northwind.example.com').includes('billing.update'));
});

test('a switched-off brand is still reached', () => {
  const outlet = [...account.subusers.values()].find(({ disabled }) => disabled);
  assert.ok(outlet && people.some(({ access }) => access.has(outlet.id)));
});

test('some invitations are open, some have ended, one for all rights', () => {
  const invitations = [...account.invitations.values()];
  assert.ok(invitations.some(({ expiresAtMs }) => expiresAtMs > nowMs));
  assert.ok(invitations.some(({ expiresAtMs, isAdmin }) => expiresAtMs < nowMs && isAdmin));
});

test('nobody was assigned what cannot be assigned', () => {
  const catalogue = new Set(account.catalogue);
  const assigned = people.flatMap(({ scopes, access }) => [
    ...scopes,
    ...[...access.values()].flatMap((r) => r.scopes),
  ]);
  for (const scope of assigned) assert.ok(catalogue.has(scope) && !isAssignedBySendGrid(scope), scope);
});

test('a generated account has the sizes that were asked for', () => {
  const sizes = { teammates: 500, admins: 7, subusers: 30, localTeammates: 45, invitations: 12 };
  const generated = generatedAccount(sizes, 'pro', 3, nowMs);
  const locals = [...generated.subusers.values()].map(({ local }) => local.teammates.size);
  assert.deepEqual(
    {
      teammates: generated.teammates.size,
      admins: [...generated.teammates.values()].filter(({ isAdmin }) => isAdmin).length,
      subusers: generated.subusers.size,
      localTeammates: locals.reduce((sum, count) => sum + count, 0),
      invitations: generated.invitations.size,
    },
    sizes,
  );
});

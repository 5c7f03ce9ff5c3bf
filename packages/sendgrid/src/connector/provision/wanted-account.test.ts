import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountInfoSchema } from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { sso, stageAccounts } from '../../testing/accounts-stage.ts';

test('the address is the primary one, else the login, else the profile’s', async (t) => {
  const { part, request, invited } = await stageAccounts(t);
  const emails = [{ address: 'second@example.com' }, { address: 'first@example.com', isPrimary: true }];
  const accounts = [
    create(AccountInfoSchema, { emails, login: 'other@example.com' }),
    create(AccountInfoSchema, { login: 'login@example.com' }),
    create(AccountInfoSchema, { login: 'jane', profile: { email: 'profile@example.com' } }),
  ];
  for (const account of accounts) {
    await part?.accounts?.create({ ...request, account, credentials: { kind: 'no-password' } });
  }
  const addresses = invited().map(({ email }) => email);
  assert.deepEqual(addresses, ['first@example.com', 'login@example.com', 'profile@example.com']);
});

test('what is no e-mail address is refused', async (t) => {
  const { refuses } = await stageAccounts(t);
  for (const email of ['nobody', 'a@b', 'a b@example.com', `${'a'.repeat(250)}@example.com`]) {
    await refuses({}, /is not an e-mail address that SendGrid takes/, 3, { email });
  }
  await refuses({}, /needs an e-mail address/, 3, { email: '' });
});

test('two addresses for one person are refused', async (t) => {
  const { refuses } = await stageAccounts(t);
  await refuses({ email: 'other@example.com' }, /"guest@example.com" and its profile has "other@example.com"/);
});

test('a profile that means nothing is refused by the name of the field', async (t) => {
  const { refuses } = await stageAccounts(t);
  await refuses(
    { scope: ['mail.send'] },
    /a field that SendGrid accounts do not have: "scope". It may have: email, scopes/,
  );
  await refuses({ scopes: 'mail.send, stats.read' }, /scopes must be a list of names/);
  await refuses({ scopes: 7 }, /scopes must be a list of names/);
  await refuses({ scopes: ['mail.send', 7] }, /scopes must be a list of names/);
  await refuses({ is_admin: 'yes' }, /is_admin must be true or false/);
  await refuses({ ...sso, first_name: 7 }, /first_name must be text/);
  await refuses({ ...sso, subuser_access: '[{' }, /subuser_access must be a list of objects/);
});

test('answers that a form left empty are no answers', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  const empty = { scopes: [], first_name: '', persona: null, subuser_access: '', has_restricted_subuser_access: false };
  await ask({ ...empty, login: 'guest', is_sso: 'false' });
  assert.deepEqual(invited()[0]?.scopes, ['user.profile.read']);
});

test('what excludes each other is refused', async (t) => {
  const { refuses, account } = await stageAccounts(t);
  const [first, second] = [...account.subusers.values()];
  assert.ok(first && second);
  const { username, id } = first;
  const entry = { username, permission_type: 'admin' };
  const restricted = { ...sso, has_restricted_subuser_access: true };
  const one = { ...restricted, subuser_access: [entry] };
  await refuses({ ...sso, persona: 'developer', scopes: ['mail.send'] }, /only one of scopes, persona/);
  await refuses({ ...sso, persona: 'developer', is_admin: true }, /only one of is_admin, persona/);
  await refuses({ ...sso, persona: 'king' }, /persona must be one of accountant, developer, marketer, observer/);
  await refuses({ ...one, scopes: ['mail.send'] }, /only one of scopes, has_restricted_subuser_access/);
  await refuses({ ...one, is_admin: true }, /only one of is_admin, has_restricted_subuser_access/);
  await refuses({ ...one, persona: 'observer' }, /only one of persona, has_restricted_subuser_access/);
  await refuses(restricted, /needs at least one subuser/);
  await refuses({ ...sso, subuser_access: [entry] }, /counts only with has_restricted_subuser_access/);
  const access = (...entries: JsonObject[]) => ({ ...restricted, subuser_access: entries });
  await refuses(access({ ...entry, scopes: ['mail.send'] }), /entry 1: an admin of a subuser may do everything there/);
  await refuses(access({ ...entry, permission_type: 'boss' }), /permission_type must be admin or restricted/);
  await refuses(access({ permission_type: 'admin' }), /entry 1 names no subuser/);
  await refuses(access({ id: 'x', permission_type: 'admin' }), /id must be the subuser's number/);
  await refuses(access({ ...entry, level: 1 }), /fields that are not known: "level"/);
  await refuses(access(entry, { id, permission_type: 'admin' }), /names the subuser ".+" more than once/);
  await refuses(access({ ...entry, username: 'nobody' }), /"nobody", which the account does not have/);
  await refuses(access({ ...entry, username: username.toUpperCase() }), /which the account does not have/);
  await refuses(access({ ...entry, id: second.id }), /gives the id .+ to the subuser/);
  await refuses(access({ id, permission_type: 'restricted', scopes: ['2fa_required'] }), /does not take 2fa_required/);
});

test('fields of single sign-on without it are refused', async (t) => {
  const { refuses } = await stageAccounts(t);
  await refuses(
    { first_name: 'Gus', persona: 'developer' },
    /takes first_name, persona for single sign-on teammates only/,
  );
  await refuses({ has_restricted_subuser_access: true }, /Set is_sso to true/);
  await refuses({ is_sso: true, first_name: 'Gus' }, /needs last_name/);
});

test('the account schema describes every field in words', async (t) => {
  const { part } = await stageAccounts(t);
  const fields = Object.entries(part?.accounts?.schema.fieldMap ?? {});
  assert.deepEqual(
    fields.sort(([, a], [, b]) => a.order - b.order).map(([name, { field }]) => `${name}: ${field.case}`),
    [
      'email: stringField',
      'scopes: stringListField',
      'is_admin: boolField',
      'is_sso: boolField',
      'first_name: stringField',
      'last_name: stringField',
      'persona: stringField',
      'has_restricted_subuser_access: boolField',
      'subuser_access: stringField',
    ],
  );
  for (const [name, { displayName, description, required }] of fields) {
    assert.ok(displayName !== '' && description.endsWith('.'), name);
    assert.equal(required, name === 'email', name);
  }
});

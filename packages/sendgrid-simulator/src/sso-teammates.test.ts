import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

const kim = { email: 'kim@example.com', first_name: 'Kim', last_name: 'Example' };
const path = '/v3/sso/teammates/kim%40example.com';
const access = [{ id: 100_007, permission_type: 'restricted', scopes: ['stats.read'] }];
const restricted = { has_restricted_subuser_access: true, subuser_access: access };
const account = { teammates: 3, subusers: 2 };

test('an SSO teammate is there at once, under the address', async (t) => {
  const { ask } = await simulatorFor(t, account);
  assert.equal((await ask('POST /v3/sso/teammates', { body: { ...kim, scopes: ['stats.read'] } })).status, 201);
  const { json } = await ask('GET /v3/teammates/kim%40example.com');
  assert.equal(json.is_sso, true);
  assert.ok(Array.isArray(json.scopes) && json.scopes.includes('2fa_exempt'));
});

test('empty scopes and nothing else are refused', async (t) => {
  const { ask } = await simulatorFor(t, account);
  assert.equal(
    refusal(await ask('POST /v3/sso/teammates', { body: { ...kim, scopes: [] } })),
    '400 scopes cannot be empty',
  );
});

test('an invalid scope inside the subuser access drops the access without a word on create', async (t) => {
  const { ask } = await simulatorFor(t, account);
  const bad = [{ id: 100_007, permission_type: 'restricted', scopes: ['sender_verification_legacy'] }];
  const body = { ...kim, has_restricted_subuser_access: true, subuser_access: bad };
  assert.equal((await ask('POST /v3/sso/teammates', { body })).status, 201);
  const { json } = await ask('GET /v3/teammates/kim%40example.com/subuser_access');
  assert.equal(json.has_restricted_subuser_access, false);
});

test('an invalid scope inside the subuser access is a 500 on edit', async (t) => {
  const { ask } = await simulatorFor(t, account);
  await ask('POST /v3/sso/teammates', { body: { ...kim, ...restricted } });
  const bad = [{ id: 100_007, permission_type: 'restricted', scopes: ['no.such.scope'] }];
  const reply = await ask(`PATCH ${path}`, { body: { ...kim, ...restricted, subuser_access: bad } });
  assert.equal(refusal(reply), '500 invalid scopes provided');
});

test('scopes and restricted access exclude each other', async (t) => {
  const { ask } = await simulatorFor(t, account);
  const message = '400 cannot specify scopes for a restricted subuser access teammate';
  await ask('POST /v3/sso/teammates', { body: { ...kim, ...restricted } });
  assert.equal(
    refusal(await ask(`PATCH ${path}`, { body: { ...kim, ...restricted, scopes: ['stats.read'] } })),
    message,
  );
  assert.equal(refusal(await ask(`PATCH ${path}`, { body: { ...kim, scopes: ['stats.read'] } })), message);
});

test('subuser access without the flag, or with admin or persona, is refused', async (t) => {
  const { ask } = await simulatorFor(t, account);
  for (const extra of [
    { subuser_access: access },
    { ...restricted, is_admin: true },
    { ...restricted, persona: 'observer' },
    { persona: 'observer', scopes: ['stats.read'] },
    { persona: 'emperor' },
  ]) {
    assert.equal(
      (await ask('POST /v3/sso/teammates', { body: { ...kim, ...extra } })).status,
      400,
      JSON.stringify(extra),
    );
  }
});

test('an edit needs both names and replaces the whole access', async (t) => {
  const { ask } = await simulatorFor(t, account);
  await ask('POST /v3/sso/teammates', { body: { ...kim, ...restricted } });
  assert.equal(refusal(await ask(`PATCH ${path}`, { body: restricted })), '400 first_name is required');
  const other = [{ id: 100_014, permission_type: 'admin' }];
  assert.equal((await ask(`PATCH ${path}`, { body: { ...kim, ...restricted, subuser_access: other } })).status, 200);
  const { text } = await ask('GET /v3/teammates/kim%40example.com/subuser_access');
  assert.ok(text.includes('brand-2') && !text.includes('brand-1'));
});

test('an edit that leaves the access out leaves it as it is, and false clears it', async (t) => {
  const { ask } = await simulatorFor(t, account);
  const isRestricted = async () =>
    (await ask('GET /v3/teammates/kim%40example.com/subuser_access')).json.has_restricted_subuser_access;
  await ask('POST /v3/sso/teammates', { body: { ...kim, ...restricted } });
  await ask(`PATCH ${path}`, { body: { ...kim, first_name: 'Kimberly' } });
  assert.equal(await isRestricted(), true);
  await ask(`PATCH ${path}`, { body: { ...kim, has_restricted_subuser_access: false } });
  assert.equal(await isRestricted(), false);
});

test('the root scopes of somebody who becomes restricted stay', async (t) => {
  const { ask, control } = await simulatorFor(t, account);
  await ask('POST /v3/sso/teammates', { body: { ...kim, scopes: ['mail.send'] } });
  await ask(`PATCH ${path}`, { body: { ...kim, ...restricted } });
  assert.ok(control.scopesOf('kim@example.com')?.includes('mail.send'));
});

test('a restricted key that was extended later is still refused, a new key is not', async (t) => {
  const { ask } = await simulatorFor(t, account);
  const made = await ask('POST /v3/api_keys', { body: { name: 'narrow', scopes: ['teammates.read'] } });
  const scopes = ['teammates.read', 'stats.read', 'sso.teammates.create'];
  await ask(`PUT /v3/api_keys/${String(made.json.api_key_id)}`, { body: { name: 'wider', scopes } });
  const wide = await ask('POST /v3/api_keys', { body: { name: 'wide', scopes } });
  const body = { ...kim, scopes: ['stats.read'] };
  const status = async (key: unknown) => (await ask('POST /v3/sso/teammates', { body, key: String(key) })).status;
  assert.equal(await status(made.json.api_key), 403);
  assert.equal(await status(wide.json.api_key), 201);
});

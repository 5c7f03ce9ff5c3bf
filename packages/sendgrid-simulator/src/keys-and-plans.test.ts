import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

test('a call without a key, with a wrong one and with a revoked one is unauthorized', async (t) => {
  const { ask, keys, url } = await simulatorFor(t);
  const bare = await fetch(`${url}/v3/scopes`);
  assert.equal(bare.status, 401);
  assert.match(await bare.text(), /authorization required/);
  for (const key of ['SG.wrong', keys.revoked]) {
    const message = '401 The provided authorization grant is invalid, expired, or revoked';
    assert.equal(refusal(await ask('GET /v3/scopes', { key })), message);
  }
});

test('each key may do what its scopes say and no more', async (t) => {
  const { ask, keys } = await simulatorFor(t);
  const status = async (key: string, request: string) => (await ask(request, { key })).status;
  assert.equal(await status(keys.readOnly, 'GET /v3/teammates'), 200);
  assert.equal(await status(keys.readOnly, 'DELETE /v3/teammates/tim_intern'), 403);
  assert.equal(await status(keys.restricted, 'GET /v3/teammates'), 200);
  assert.equal(await status(keys.restricted, 'GET /v3/subusers'), 403);
  assert.equal(await status(keys.mailOnly, 'GET /v3/teammates'), 403);
});

test('a full-access key has neither billing nor e-mail validation, a billing key nothing else', async (t) => {
  const { ask, keys } = await simulatorFor(t);
  const scopes = async (key: string) => (await ask('GET /v3/scopes', { key })).text;
  assert.doesNotMatch(await scopes(keys.full), /billing|validations/);
  assert.match(await scopes(keys.billing), /^\{"scopes":\[("billing\.\w+",?)+\]\}$/);
});

test('keys look like those of the service', async (t) => {
  const { apiKey } = await simulatorFor(t);
  assert.match(apiKey, /^SG\.[\w-]{22}\.[\w-]{43}$/);
});

test('a made key works with its scopes until it is deleted', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask('POST /v3/api_keys', { body: { name: 'new', scopes: ['teammates.read'] } });
  const key = String(json.api_key);
  const path = `/v3/api_keys/${String(json.api_key_id)}`;
  assert.equal((await ask('GET /v3/teammates', { key })).status, 200);
  assert.deepEqual((await ask(`GET ${path}`)).json.scopes, ['teammates.read']);
  const replaced = await ask(`PUT ${path}`, { body: { name: 'newer', scopes: ['stats.read'] } });
  assert.ok(!('scopes' in replaced.json));
  assert.equal((await ask('GET /v3/teammates', { key })).status, 403);
  assert.equal((await ask(`DELETE ${path}`)).status, 204);
  assert.equal((await ask('GET /v3/scopes', { key })).status, 401);
});

test('a key cannot hold more than the key that makes it, nor billing beside others', async (t) => {
  const { ask } = await simulatorFor(t);
  const make = async (scopes: readonly string[]) =>
    (await ask('POST /v3/api_keys', { body: { name: 'x', scopes } })).status;
  assert.equal(await make(['billing.read', 'stats.read']), 400);
  assert.equal(await make(['billing.read']), 400);
});

test('the hundred and first key is forbidden', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const body = { name: 'one more', scopes: ['stats.read'] };
  while (control.account.apiKeys.size < 100) await ask('POST /v3/api_keys', { body });
  assert.equal((await ask('POST /v3/api_keys', { body })).status, 403);
});

test('a free account has no subusers, no single sign-on and one teammate', async (t) => {
  const { ask } = await simulatorFor(t, { plan: 'free' });
  assert.equal((await ask('GET /v3/subusers')).status, 403);
  const sso = { email: 'a@example.com', first_name: 'A', last_name: 'B', scopes: ['stats.read'] };
  assert.equal((await ask('POST /v3/sso/teammates', { body: sso })).status, 403);
  const { rows } = await ask('GET /v3/teammates');
  assert.deepEqual(
    rows.map(({ user_type }) => user_type),
    ['owner', 'teammate'],
  );
  const other = `GET /v3/teammates/${encodeURIComponent(String(rows[1]?.username))}/subuser_access`;
  assert.equal((await ask(other)).status, 403);
  const invitation = { email: 'b@example.com', scopes: ['stats.read'], is_admin: false };
  assert.equal((await ask('POST /v3/teammates', { body: invitation })).status, 400);
  assert.equal((await ask('GET /v3/user/account')).json.type, 'free');
});

test('the owner of a free account holds the 215 scopes that were seen', async (t) => {
  const { ask } = await simulatorFor(t, { plan: 'free' });
  const [owner] = (await ask('GET /v3/teammates')).rows;
  const { json } = await ask(`GET /v3/teammates/${encodeURIComponent(String(owner?.username))}`);
  assert.equal(Array.isArray(json.scopes) && json.scopes.length, 215);
});

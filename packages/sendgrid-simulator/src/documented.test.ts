import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

test('as documented, a page without a limit has up to 500 rows', async (t) => {
  const { ask } = await simulatorFor(t, { asDocumented: true, teammates: 120 });
  assert.equal((await ask('GET /v3/teammates')).rows.length, 120);
});

test('as documented, teammates lack the fields that only live answers have', async (t) => {
  const { ask } = await simulatorFor(t, { asDocumented: true });
  const [row = {}] = (await ask('GET /v3/teammates')).rows;
  assert.ok(!('is_sso' in row) && 'user_type' in row);
});

test('as documented, one API key comes in a list and a replaced one with its scopes', async (t) => {
  const { ask } = await simulatorFor(t, { asDocumented: true });
  const { json } = await ask('POST /v3/api_keys', { body: { name: 'new', scopes: ['mail.send'] } });
  const path = `/v3/api_keys/${String(json.api_key_id)}`;
  assert.deepEqual((await ask(`GET ${path}`)).rows[0]?.scopes, ['mail.send']);
  const body = { name: 'new', scopes: ['stats.read'] };
  assert.deepEqual((await ask(`PUT ${path}`, { body })).json.scopes, ['stats.read']);
});

test('as documented, errors have the described texts, and bare arrays for single sign-on', async (t) => {
  const { ask } = await simulatorFor(t, { asDocumented: true });
  assert.equal(refusal(await ask('GET /v3/teammates/nobody')), '404 username not found');
  assert.match((await ask('POST /v3/sso/teammates', { body: {} })).text, /^\[\{"message":"email is required"/);
  const owner = await ask('PATCH /v3/teammates/northwind', { body: { scopes: [], is_admin: true } });
  assert.equal(owner.status, 400);
});

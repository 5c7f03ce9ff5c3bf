import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

const chiara = '/v3/teammates/chiara.bellini%40northwind.example.com';
const unassignable = '400 invalid or unassignable scopes were given';

test('an update replaces the whole list of scopes', async (t) => {
  const { ask, control } = await simulatorFor(t);
  assert.equal((await ask(`PATCH ${chiara}`, { body: { scopes: ['stats.read'], is_admin: false } })).status, 200);
  const scopes = control.scopesOf('chiara.bellini@northwind.example.com') ?? [];
  assert.ok(scopes.includes('stats.read') && !scopes.includes('mail.send'));
});

test('baseline scopes stay when they are left out', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask(`PATCH ${chiara}`, { body: { scopes: ['stats.read'], is_admin: false } });
  assert.ok(Array.isArray(json.scopes) && json.scopes.includes('user.profile.read'));
});

test('scopes that SendGrid assigns are read back and refused when written', async (t) => {
  const { ask } = await simulatorFor(t);
  const read = await ask('GET /v3/teammates/matteo_ferri');
  for (const scope of ['2fa_required', 'sender_verification_eligible', 'user.password.update']) {
    assert.ok(Array.isArray(read.json.scopes) && read.json.scopes.includes(scope), scope);
    const written = await ask(`PATCH /v3/teammates/matteo_ferri`, { body: { scopes: [scope], is_admin: false } });
    assert.equal(refusal(written), unassignable);
  }
});

test('a unified teammate lacks the self-service scopes of a password', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask(`GET ${chiara}`);
  assert.ok(Array.isArray(json.scopes) && !json.scopes.includes('user.password.update'));
});

test('user.profile.update is echoed and gone at the next read', async (t) => {
  const { ask } = await simulatorFor(t);
  const body = { scopes: ['stats.read', 'user.profile.update'], is_admin: false };
  const echoed = (await ask(`PATCH ${chiara}`, { body })).json.scopes;
  const read = (await ask(`GET ${chiara}`)).json.scopes;
  assert.ok(Array.isArray(echoed) && echoed.includes('user.profile.update'));
  assert.ok(Array.isArray(read) && !read.includes('user.profile.update'));
});

test('an unknown scope is refused, and so is one that the key does not hold', async (t) => {
  const { ask } = await simulatorFor(t);
  for (const scope of ['user.profile.edit', 'billing.read']) {
    assert.equal(refusal(await ask(`PATCH ${chiara}`, { body: { scopes: [scope], is_admin: false } })), unassignable);
  }
});

test('a promoted teammate holds the whole catalogue and a demoted one what was asked for', async (t) => {
  const { ask } = await simulatorFor(t);
  const promoted = await ask(`PATCH ${chiara}`, { body: { scopes: [], is_admin: true } });
  assert.equal(promoted.json.user_type, 'admin');
  assert.ok(Array.isArray(promoted.json.scopes) && promoted.json.scopes.length > 270);
  const demoted = await ask(`PATCH ${chiara}`, { body: { scopes: ['stats.read'], is_admin: false } });
  assert.ok(Array.isArray(demoted.json.scopes) && demoted.json.scopes.length < 20);
});

test('an admin with scopes is refused', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.equal((await ask(`PATCH ${chiara}`, { body: { scopes: ['stats.read'], is_admin: true } })).status, 400);
});

test('an update needs both fields', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.equal((await ask(`PATCH ${chiara}`, { body: { scopes: [] } })).status, 400);
  assert.equal((await ask(`PATCH ${chiara}`, { body: { is_admin: false } })).status, 400);
});

test('the owner can be neither changed nor deleted', async (t) => {
  const { ask } = await simulatorFor(t);
  const path = '/v3/teammates/northwind';
  assert.equal((await ask(`PATCH ${path}`, { body: { scopes: [], is_admin: false } })).status, 403);
  assert.equal((await ask(`DELETE ${path}`)).status, 403);
});

test('a deleted teammate is gone, and a second delete says so', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.equal((await ask(`DELETE ${chiara}`)).status, 204);
  assert.equal((await ask(`GET ${chiara}`)).status, 404);
  assert.equal((await ask(`DELETE ${chiara}`)).status, 404);
});

test('a subuser’s own teammate is changed only on its behalf', async (t) => {
  const { ask } = await simulatorFor(t);
  const request = 'PATCH /v3/teammates/trailhead-ops';
  const body = { scopes: ['stats.read'], is_admin: false };
  assert.equal((await ask(request, { body })).status, 404);
  assert.equal((await ask(request, { body, onBehalfOf: 'trailhead' })).status, 200);
});

test('an approved access request gives the whole group and is gone', async (t) => {
  const { ask, control } = await simulatorFor(t);
  assert.equal((await ask('PATCH /v3/scopes/requests/74/approve')).json.scope_group_name, 'API Keys');
  assert.ok(control.scopesOf('kwame.boateng@northwind.example.com')?.includes('api_keys.delete'));
  assert.equal(refusal(await ask('PATCH /v3/scopes/requests/74/approve')), '404 Cannot find request');
});

test('a denied access request gives nothing', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.equal((await ask('DELETE /v3/scopes/requests/74')).status, 204);
  assert.deepEqual(
    (await ask('GET /v3/scopes/requests')).rows.map(({ id }) => id),
    [71],
  );
});

test('a subuser is made, switched off and deleted', async (t) => {
  const { ask } = await simulatorFor(t);
  const body = { username: 'summit', email: 'summit@example.com', password: 'not-a-real-one', ips: ['192.0.2.1'] };
  assert.equal(typeof (await ask('POST /v3/subusers', { body })).json.user_id, 'number');
  assert.equal(refusal(await ask('POST /v3/subusers', { body })), '400 username exists');
  assert.equal((await ask('PATCH /v3/subusers/summit', { body: { disabled: true } })).status, 204);
  assert.equal((await ask('GET /v3/subusers?username=summit')).rows[0]?.disabled, true);
  assert.equal(refusal(await ask('PATCH /v3/subusers/summit', { body: {} })), '400 no fields provided');
  assert.equal((await ask('PATCH /v3/subusers/summit/website_access', { body: { disabled: true } })).status, 204);
  assert.equal((await ask('DELETE /v3/subusers/summit')).status, 204);
  assert.equal((await ask('GET /v3/subusers?username=summit')).rows.length, 0);
});

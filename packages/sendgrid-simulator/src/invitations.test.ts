import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

const nowMs = 1_780_000_000_000;
const weekS = 7 * 24 * 60 * 60;
const guest = { email: 'guest@example.com', scopes: ['stats.read'], is_admin: false };

test('an invitation ends after seven days, and seven days after it was sent again', async (t) => {
  let now = nowMs;
  const { ask } = await simulatorFor(t, { teammates: 2, now: () => now });
  const { status, json } = await ask('POST /v3/teammates', { body: guest });
  assert.equal(status, 201);
  assert.equal((await ask('GET /v3/teammates/pending')).rows[0]?.expiration_date, nowMs / 1000 + weekS);
  now += 60_000;
  const resent = await ask(`POST /v3/teammates/pending/${String(json.token)}/resend`);
  assert.equal(resent.json.expiration_date, now / 1000 + weekS);
});

test('an accepted invitation becomes a teammate with the baseline, and its token is gone', async (t) => {
  const { ask, control } = await simulatorFor(t, { teammates: 2 });
  const { json } = await ask('POST /v3/teammates', { body: guest });
  assert.equal(control.accept(String(json.token)), 'guest@example.com');
  const scopes = control.scopesOf('guest@example.com') ?? [];
  assert.ok(scopes.includes('stats.read') && scopes.includes('user.username.read'));
  assert.equal((await ask('GET /v3/teammates/pending')).rows.length, 0);
});

test('the invited person may choose a username and is then a password teammate', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  const { json } = await ask('POST /v3/teammates', { body: guest });
  await ask('POST /_control/accept', { body: { token: json.token, username: 'the_guest' } });
  const { json: teammate } = await ask('GET /v3/teammates/the_guest');
  assert.deepEqual([teammate.email, teammate.is_unified], ['guest@example.com', false]);
});

test('an invitation refuses the scopes that cannot be invited with', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  for (const scope of ['2fa_required', 'user.profile.update', 'user.password.update', 'no.such.scope']) {
    const reply = await ask('POST /v3/teammates', { body: { ...guest, scopes: [scope] } });
    assert.equal(refusal(reply), '400 invalid or unassignable scopes were given', scope);
  }
});

test('an admin is invited with no scopes, anybody else with at least one', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  assert.equal((await ask('POST /v3/teammates', { body: { ...guest, scopes: [] } })).status, 400);
  assert.equal((await ask('POST /v3/teammates', { body: { ...guest, scopes: [], is_admin: true } })).status, 201);
});

test('somebody who is there or invited cannot be invited, whatever the case of the address', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  await ask('POST /v3/teammates', { body: guest });
  for (const email of ['Guest@Example.com', 'person-2@example.com']) {
    assert.equal(
      refusal(await ask('POST /v3/teammates', { body: { ...guest, email } })),
      '400 this email already exists',
    );
  }
});

test('a malformed address is refused', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  assert.equal(
    refusal(await ask('POST /v3/teammates', { body: { ...guest, email: 'nobody' } })),
    '400 email is invalid',
  );
});

test('a withdrawn invitation is gone, with another message for each way of asking again', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2 });
  const { json } = await ask('POST /v3/teammates', { body: guest });
  const path = `/v3/teammates/pending/${String(json.token)}`;
  assert.equal((await ask(`DELETE ${path}`)).status, 204);
  assert.equal(refusal(await ask(`DELETE ${path}`)), '404 unable to find pending invite');
  assert.equal(refusal(await ask(`POST ${path}/resend`)), '404 invalid pending key');
});

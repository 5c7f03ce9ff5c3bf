import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guest, sso, stageAccounts } from '../../testing/accounts-stage.ts';
import { DryRun } from '../../testing/open-for-changes.ts';

const dayMs = 24 * 60 * 60 * 1000;

test('somebody is invited with the least scope when nothing else is asked for', async (t) => {
  const { ask, invited, writes, announced } = await stageAccounts(t);
  const { result, resource, invitationExpiresAt, notes } = await ask({});
  const [invitation] = invited();
  assert.deepEqual([invitation?.email, invitation?.scopes, invitation?.isAdmin], [guest, ['user.profile.read'], false]);
  assert.equal(result, 'created');
  assert.deepEqual([resource?.id?.resourceType, resource?.id?.resource], ['teammate_invitation', invitation?.token]);
  assert.equal(invitationExpiresAt?.getTime(), Math.floor((invitation?.expiresAtMs ?? 0) / 1000) * 1000);
  assert.deepEqual(notes, []);
  assert.deepEqual(writes(), ['POST /v3/teammates 201']);
  assert.deepEqual(announced, [
    {
      summary: 'Invite "guest@example.com".',
      requests: [
        {
          method: 'POST',
          path: '/v3/teammates',
          body: { email: guest, scopes: ['user.profile.read'], is_admin: false },
        },
      ],
      before: [],
      after: ['user.profile.read'],
    },
  ]);
});

test('an invitation takes six requests: the key, both lists, the write, both lists again', async (t) => {
  const { ask, control } = await stageAccounts(t);
  await ask({});
  assert.equal(control.requests().total, 6);
});

test('scopes are a list of names, and each counts once', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  await ask({ scopes: ['mail.send', ' stats.read', 'mail.send'] });
  assert.deepEqual(invited()[0]?.scopes, ['mail.send', 'stats.read']);
});

test('an admin is invited without scopes, which is said when there were some', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  const { notes } = await ask({ is_admin: true, scopes: ['mail.send'] });
  assert.deepEqual([invited()[0]?.isAdmin, invited()[0]?.scopes], [true, []]);
  assert.match(String(notes), /scopes in the request were left out: an admin may do everything/);
});

test('awkward addresses are invited as they are', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  const addresses = ['a+b@example.com', 'søren/år%25@example.com', 'O’Hara@Example.com'];
  for (const email of addresses) assert.equal((await ask({}, { email })).result, 'created');
  assert.deepEqual(
    invited().map(({ email }) => email),
    addresses,
  );
});

test('scopes that SendGrid assigns by itself are refused by name', async (t) => {
  const { refuses } = await stageAccounts(t);
  const scopes = ['mail.send', '2fa_required', 'user.profile.update', 'user.password.update'];
  await refuses({ scopes }, /does not take 2fa_required, user.profile.update, user.password.update for a new account/);
  await refuses({ ...sso, scopes: ['2fa_exempt'] }, /does not take 2fa_exempt/);
});

test('scopes that the key does not hold are refused by name', async (t) => {
  const { refuses } = await stageAccounts(t);
  await refuses({ scopes: ['mail.send', 'billing.read'] }, /API key does not hold billing.read/, 7);
});

test('a scope that this version does not know is asked for, with a note', async (t) => {
  const { ask, account, simulator, invited } = await stageAccounts(t, {});
  assert.ok(account.catalogue.includes('ai_assist.read') && simulator);
  const { notes } = await ask({ scopes: ['ai_assist.read'] });
  assert.match(String(notes), /does not know ai_assist.read; asked for as written/);
  assert.ok(invited().some(({ scopes }) => scopes.includes('ai_assist.read')));
});

test('a scope that nobody knows is refused by SendGrid, in its words', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  await assert.rejects(ask({ scopes: ['no.such.scope'] }), {
    code: 3,
    message: /invalid or unassignable scopes.*does not know no\.such\.scope/,
  });
  assert.deepEqual(invited(), []);
});

test('a key without the right is named before the attempt', async (t) => {
  const { refuses } = await stageAccounts(t, {}, 'readOnly');
  await refuses({}, /lacks teammates.create/, 7);
  await refuses(sso, /lacks sso.teammates.create/, 7);
});

test('a teammate with that address is there already, whatever its case', async (t) => {
  const { ask, account, writes } = await stageAccounts(t);
  const known = [...account.teammates.values()].find(({ isOwner }) => !isOwner);
  assert.ok(known);
  const { result, resource, notes } = await ask({}, { email: known.email.toUpperCase() });
  assert.deepEqual([result, resource?.id?.resource], ['already-exists', known.username]);
  assert.match(String(notes), /is there already; nothing was changed/);
  assert.deepEqual(writes(), []);
});

test('a teammate on the last of several pages is found', async (t) => {
  const { ask, account } = await stageAccounts(t, { teammates: 620 });
  const last = [...account.teammates.values()].at(-1);
  assert.equal((await ask({}, { email: last?.email ?? '' })).result, 'already-exists');
});

test('an invitation on the last of several pages is found', async (t) => {
  const { ask, invited } = await stageAccounts(t, { teammates: 3, invitations: 620 });
  const last = invited().at(-1);
  assert.ok(last);
  last.expiresAtMs = Date.now() + dayMs;
  const { result, resource } = await ask({}, { email: last.email });
  assert.deepEqual([result, resource?.id?.resource], ['already-exists', last.token]);
});

test('a pending invitation is answered with, and what it lacks is said', async (t) => {
  const { ask, writes } = await stageAccounts(t);
  const first = await ask({});
  const { result, resource, invitationExpiresAt, notes } = await ask(
    { scopes: ['mail.send'] },
    { email: 'Guest@Example.com' },
  );
  assert.deepEqual([result, resource?.id?.resource], ['already-exists', first.resource?.id?.resource]);
  assert.deepEqual(invitationExpiresAt, first.invitationExpiresAt);
  assert.match(String(notes), /invited already; nothing was changed.*lacks mail.send.*withdraw it and invite again/);
  assert.deepEqual((await ask({})).notes, ['"guest@example.com" is invited already; nothing was changed.']);
  assert.equal(writes().length, 1);
});

test('an expired invitation is withdrawn and sent anew, announced as one change', async (t) => {
  const { ask, invited, announced, writes } = await stageAccounts(t);
  const old = (await ask({})).resource?.id?.resource ?? '';
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  const { result, resource, invitationExpiresAt } = await ask({});
  assert.equal(result, 'created');
  assert.notEqual(resource?.id?.resource, old);
  assert.ok(invitationExpiresAt && invitationExpiresAt > new Date());
  assert.equal(invited().length, 1);
  assert.deepEqual(writes().slice(1), [`DELETE /v3/teammates/pending/${old} 204`, 'POST /v3/teammates 201']);
  assert.deepEqual(
    announced.slice(1).map(({ requests }) => requests.map(({ method, path }) => `${method} ${path}`)),
    [['DELETE /v3/teammates/pending/***', 'POST /v3/teammates']],
  );
  assert.ok(!JSON.stringify(announced).includes(old));
});

test('when the second of the two requests fails, it is said that nothing is pending', async (t) => {
  const { ask, invited, control } = await stageAccounts(t);
  const old = (await ask({})).resource?.id?.resource ?? '';
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  control.addFault({ kind: 'status', method: 'POST', status: 403 });
  await assert.rejects(ask({}), (error) => {
    assert.ok(error instanceof Error);
    assert.match(
      error.message,
      /expired invitation was withdrawn before that: nothing is pending for that address now/,
    );
    assert.ok(!error.message.includes(old));
    return true;
  });
  assert.deepEqual(invited(), []);
});

test('an expired invitation that cannot be withdrawn stays, and nothing is sent', async (t) => {
  const { ask, invited, control, writes } = await stageAccounts(t);
  await ask({});
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  control.addFault({ kind: 'status', method: 'DELETE', status: 403 });
  await assert.rejects(ask({}), { code: 7, message: /withdraw the invitation of "guest@example.com"/ });
  assert.equal(writes().filter((write) => write.startsWith('POST')).length, 1);
});

test('a dry run tells what would be sent and sends nothing', async (t) => {
  const { ask, dryRun, announced, writes } = await stageAccounts(t);
  for (const profile of [{}, sso, { is_admin: true }]) {
    await assert.rejects(ask(profile, { request: dryRun }), DryRun);
  }
  assert.equal(announced.length, 3);
  assert.deepEqual(writes(), []);
});

const lost = [
  ['a connection that broke', { kind: 'reset-after', method: 'POST' }],
  ['too many requests', { kind: 'status', method: 'POST', status: 429, done: true }],
  ['a server error', { kind: 'status', method: 'POST', status: 500, done: true }],
  ['a page of a proxy', { kind: 'html', method: 'POST' }],
] as const;

for (const [what, fault] of lost) {
  test(`an invitation whose answer was lost is found by a read: ${what}`, async (t) => {
    const { ask, control, invited, writes } = await stageAccounts(t);
    control.addFault(fault);
    const { result, resource, notes } = await ask({});
    assert.deepEqual([result, resource?.id?.resource], ['created', invited()[0]?.token]);
    assert.match(String(notes), /answer was lost; a read shows that the change was made/);
    assert.equal(writes().length, 1);
  });

  test(`an SSO teammate whose answer was lost is found by a read: ${what}`, async (t) => {
    const { ask, control, account, writes } = await stageAccounts(t);
    control.addFault(fault);
    const { result, resource } = await ask(sso);
    assert.deepEqual([result, resource?.id?.resource], ['created', guest]);
    assert.ok(account.teammates.has(guest));
    assert.equal(writes().length, 1);
  });
}

for (const fault of [
  { kind: 'reset-before', method: 'POST' },
  { kind: 'status', method: 'POST', status: 429 },
  { kind: 'status', method: 'POST', status: 500 },
] as const) {
  test(`an invitation that was not sent is never repeated, and it is said: ${JSON.stringify(fault)}`, async (t) => {
    const { ask, control, invited, writes } = await stageAccounts(t);
    control.addFault(fault);
    await assert.rejects(ask({}), { retryable: true, message: /SendGrid.*A read shows that nothing has changed/ });
    assert.deepEqual([invited().length, writes().length], [0, 1]);
  });
}

test('when the look afterwards fails as well, nobody claims to know', async (t) => {
  const { ask, control } = await stageAccounts(t);
  control.addFault({ kind: 'reset-after', method: 'POST' });
  control.addFault({ kind: 'status', method: 'GET', route: '/v3/teammates/pending', status: 403, after: 1 });
  await assert.rejects(ask({}), { retryable: false, message: /whether it did cannot be read.*Sync again to see/ });
});

test('an answer that nobody wrote down is no proof', async (t) => {
  const { ask, control } = await stageAccounts(t);
  const body = JSON.stringify({ token: 'x', email: guest, scopes: [], is_admin: false });
  control.addFault({ kind: 'status', method: 'POST', status: 201, body });
  await assert.rejects(ask({}), { code: 13, message: /does not list the invitation/ });
});

test('somebody who was faster has made the invitation', async (t) => {
  const { ask, invited } = await stageAccounts(t);
  const answers = await Promise.all([ask({}), ask({}), ask({})]);
  assert.deepEqual(answers.map(({ result }) => result).sort(), ['already-exists', 'already-exists', 'created']);
  assert.equal(invited().length, 1);
});

for (const [status, code] of [
  [401, 16],
  [403, 7],
  [404, 5],
  [409, 6],
] as const) {
  test(`an invitation that SendGrid answers with ${status} is refused with a sentence`, async (t) => {
    const { ask, control, writes } = await stageAccounts(t);
    control.addFault({ kind: 'status', method: 'POST', status });
    await assert.rejects(ask({}), (error) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, code);
      assert.match(error.message, /invite "guest@example.com"|the account "guest@example.com"/);
      return true;
    });
    assert.equal(writes().length, 1);
  });
}

test('a plan without room for another teammate is named', async (t) => {
  const { ask } = await stageAccounts(t, { plan: 'free' });
  await assert.rejects(ask({}), {
    code: 3,
    message: /teammate limit of your plan is reached.*Free and Essentials have one/,
  });
});

test('no text holds the token of an invitation', async (t) => {
  const { ask, announced, invited } = await stageAccounts(t);
  const texts: string[] = [];
  const outcome = await ask({});
  texts.push(...(outcome.notes ?? []), outcome.message ?? '');
  texts.push(...((await ask({ is_admin: true })).notes ?? []), JSON.stringify(announced));
  const token = invited()[0]?.token ?? '?';
  for (const text of texts) assert.ok(!text.includes(token), text);
});

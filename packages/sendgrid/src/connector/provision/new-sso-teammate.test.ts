import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guest, sso, stageAccounts } from '../../testing/accounts-stage.ts';

test('an SSO teammate is there at once', async (t) => {
  const { ask, account, announced } = await stageAccounts(t);
  const { result, resource, invitationExpiresAt } = await ask({ ...sso, scopes: ['mail.send'] });
  const made = account.teammates.get(guest);
  assert.deepEqual([made?.isSso, made?.firstName, made?.lastName, made?.scopes], [true, 'Gus', 'Guest', ['mail.send']]);
  assert.deepEqual(
    [result, resource?.id?.resourceType, resource?.id?.resource, resource?.displayName, invitationExpiresAt],
    ['created', 'teammate', guest, 'Gus Guest', undefined],
  );
  assert.deepEqual(announced[0]?.requests[0]?.body, {
    email: guest,
    first_name: 'Gus',
    last_name: 'Guest',
    scopes: ['mail.send'],
  });
});

test('an SSO admin and an SSO teammate with a persona are made without scopes', async (t) => {
  const { ask, account } = await stageAccounts(t);
  await ask({ ...sso, is_admin: true });
  assert.equal(account.teammates.get(guest)?.isAdmin, true);
  await ask({ ...sso, persona: 'developer' }, { email: 'dev@example.com' });
  assert.ok(account.teammates.get('dev@example.com')?.scopes.includes('messages.read'));
});

test('a restricted SSO teammate may act in the named subusers only', async (t) => {
  const { ask, account, announced } = await stageAccounts(t);
  const [first, second] = [...account.subusers.values()];
  assert.ok(first && second);
  const subuser_access = [
    { username: first.username, permission_type: 'admin' },
    { id: second.id, permission_type: 'restricted', scopes: ['stats.read', 'mail.send'] },
  ];
  const profile = { ...sso, has_restricted_subuser_access: true, subuser_access: JSON.stringify(subuser_access) };
  const { result } = await ask(profile);
  const made = account.teammates.get(guest);
  assert.deepEqual([result, made?.isRestricted, made?.access.size], ['created', true, 2]);
  assert.deepEqual(made?.access.get(second.id), { permissionType: 'restricted', scopes: ['stats.read', 'mail.send'] });
  assert.deepEqual(announced[0]?.after, [
    `admin of "${first.username}"`,
    `restricted of "${second.username}" with stats.read, mail.send`,
  ]);
});

test('subuser access that SendGrid drops without a word is told, with what the person may do now', async (t) => {
  const { ask, account } = await stageAccounts(t);
  const [first] = [...account.subusers.values()];
  const entry = { id: first?.id ?? 0, permission_type: 'restricted', scopes: ['brand.new'] };
  await assert.rejects(ask({ ...sso, has_restricted_subuser_access: true, subuser_access: [entry] }), (error) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, 13);
    assert.match(error.message, /created the SSO teammate "guest@example.com", but not as asked/);
    assert.match(error.message, /not restricted to subusers, so it may act in the account itself/);
    assert.match(error.message, /lacks restricted of ".+" with brand.new/);
    assert.match(error.message, /It holds now: .*user.profile.read/);
    return true;
  });
});

test('a single sign-on that the plan does not have is named', async (t) => {
  const { ask } = await stageAccounts(t, { plan: 'free' });
  await assert.rejects(ask(sso), { code: 7, message: /lacks sso.teammates.create/ });
});

test('a key that was given the right later is told to be made anew', async (t) => {
  const { ask, control } = await stageAccounts(t);
  control.addFault({ kind: 'status', method: 'POST', status: 403 });
  await assert.rejects(ask(sso), { code: 7, message: /although the API key holds the right.*a new key helps/ });
});

for (const [status, code, says] of [
  [400, 3, /does not say which field is wrong.*the plan has no single sign-on/],
  [401, 16, /did not accept the API key/],
  [403, 7, /although the API key holds the right/],
  [404, 5, /create the SSO teammate "guest@example.com"/],
  [409, 6, /create the SSO teammate "guest@example.com"/],
  [429, 14, /A read shows that nothing has changed/],
  [500, 3, /a scope or a subuser in the request is not valid.*A read shows that nothing has changed/],
] as const) {
  test(`an SSO teammate that SendGrid answers with ${status} is refused with a sentence`, async (t) => {
    const { ask, control, account, writes } = await stageAccounts(t);
    control.addFault({ kind: 'status', method: 'POST', status });
    await assert.rejects(ask(sso), { code, message: says });
    assert.deepEqual([account.teammates.has(guest), writes()], [false, [`POST /v3/sso/teammates ${status}`]]);
  });
}

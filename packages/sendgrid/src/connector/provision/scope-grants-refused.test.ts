import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, userResource } from '@baton-ts/connector-sdk';
import { fails, people, said, stageGrants, teammateRoute } from '../../testing/grants-stage.ts';
import { invitationType } from '../resource-types.ts';

const { owner, ssoAdmin, passwordAdmin, unified, password, sso, inTwoSubusers } = people;

test('somebody who is gone cannot be given a scope and holds none to take', async (t) => {
  const { give, take, scope } = await stageGrants(t);
  await fails(give(scope('mail.send'), 'nobody'), Code.NotFound, /no teammate "nobody" any more/);
  assert.ok(said(await take(scope('mail.send'), 'nobody')).alreadyRevoked);
});

test('owner and admins hold no scope of their own', async (t) => {
  const { give, take, scope, writes } = await stageGrants(t);
  for (const change of [give, take]) {
    await fails(
      change(scope('mail.send'), owner),
      Code.FailedPrecondition,
      /always holds everything.*SendGrid support/,
    );
    for (const admin of [passwordAdmin, ssoAdmin]) {
      await fails(
        change(scope('mail.send'), admin),
        Code.FailedPrecondition,
        /is an admin.*revoke role:admin:assigned/,
      );
    }
  }
  assert.deepEqual(writes(), []);
});

test('a scope that SendGrid assigns by itself is refused before any request', async (t) => {
  const { give, take, scope, requests } = await stageGrants(t);
  for (const change of [give, take]) {
    await fails(
      change(scope('2fa_required'), unified),
      Code.FailedPrecondition,
      /assigns the scope 2fa_required by itself/,
    );
  }
  assert.deepEqual(requests(), []);
});

test('what SendGrid gives to whoever has a password is refused for them, and can be given to others', async (t) => {
  const { take, give, scope, given } = await stageGrants(t);
  await fails(take(scope('user.password.read'), password), Code.FailedPrecondition, /signs in with a password/);
  // The simulator refuses these for everybody, so that somebody else holds one cannot be shown with it.
  await fails(give(scope('user.password.read'), unified), Code.InvalidArgument, /unassignable/);
  assert.ok(!given(unified).includes('user.password.read'));
});

test('somebody restricted to subusers cannot be given scopes of the account', async (t) => {
  const { give, take, scope, writes } = await stageGrants(t);
  await fails(give(scope('mail.send'), inTwoSubusers), Code.FailedPrecondition, /restricted to subusers/);
  await fails(take(scope('user.profile.read'), inTwoSubusers), Code.FailedPrecondition, /restricted to subusers/);
  assert.ok(said(await take(scope('mail.send'), inTwoSubusers)).alreadyRevoked);
  assert.deepEqual(writes(), []);
});

test('an invitation cannot be changed, and its token is not shown', async (t) => {
  const { give, scope, account, requests } = await stageGrants(t);
  const [invitation] = account.invitations.values();
  assert.ok(invitation);
  const who = userResource({ type: invitationType, id: invitation.token, displayName: invitation.email });
  await fails(give(scope('mail.send'), who), Code.FailedPrecondition, /Withdraw it and invite again/);
  await assert.rejects(give(scope('mail.send'), who), (error: Error) => !error.message.includes(invitation.token));
  assert.deepEqual(requests(), []);
});

test('only people can hold a scope', async (t) => {
  const { give, scope, admin } = await stageGrants(t);
  assert.ok(admin.resource);
  await fails(give(scope('mail.send'), admin.resource), Code.InvalidArgument, /not the role "admin"/);
});

test('a teammate of a subuser that is gone is gone with it', async (t) => {
  const { give, take, scope, principal } = await stageGrants(t);
  await fails(give(scope('mail.send'), principal('trailhead-ops', '1')), Code.NotFound, /in that subuser any more/);
  assert.ok(said(await take(scope('mail.send'), principal('trailhead-ops', '1'))).alreadyRevoked);
});

test('a key without the needed right is told so before the attempt', async (t) => {
  const { give, scope, writes } = await stageGrants(t, { key: 'readOnly' });
  await fails(give(scope('alerts.read'), password), Code.PermissionDenied, /lacks teammates\.update/);
  await fails(give(scope('alerts.read'), sso), Code.PermissionDenied, /lacks sso\.teammates\.update/);
  assert.deepEqual(writes(), []);
});

test('a scope that the key does not hold itself cannot be given', async (t) => {
  const { give, scope, writes } = await stageGrants(t);
  await fails(give(scope('billing.read'), unified), Code.PermissionDenied, /key does not hold billing\.read itself/);
  assert.deepEqual(writes(), []);
});

test('a right that the key was given meanwhile counts', async (t) => {
  const { give, scope, account } = await stageGrants(t, { key: 'readOnly' });
  await fails(give(scope('alerts.read'), unified), Code.PermissionDenied, /lacks teammates\.update/);
  const key = [...account.apiKeys.values()].find(({ name }) => name.startsWith('Quarterly review'));
  key?.scopes.push('teammates.update');
  assert.equal((await give(scope('alerts.read'), unified)).grants?.length, 1);
});

test('a refused list names what is suspected, and leaves nothing out to try again', async (t) => {
  const { give, scope, account, writes, given, fault } = await stageGrants(t);
  const teammate = account.teammates.get(unified);
  teammate?.scopes.push('billing.read');
  fault({ kind: 'status', status: 400, method: 'PATCH', route: teammateRoute });
  await fails(give(scope('alerts.read'), unified), Code.InvalidArgument, /Suspected: billing\.read/);
  assert.equal(writes().length, 1);
  assert.ok(given(unified).includes('billing.read'));
});

test('when SendGrid does not say how somebody signs in, a refusal does, and nothing is lost', async (t) => {
  const { give, scope, writes, control } = await stageGrants(t, { simulator: { asDocumented: true } });
  const before = control.scopesOf(password) ?? [];
  await give(scope('alerts.read'), password);
  assert.deepEqual(control.scopesOf(password), [...before, 'alerts.read'].sort());
  assert.deepEqual(
    writes().map((write) => write.slice(-3)),
    ['400', '200'],
  );
});

test('an admin of a subuser is refused with what helps there', async (t) => {
  const { give, scope, principal, account } = await stageGrants(t);
  const outlet = account.subusers.get('outlet@northwind.example.com');
  const local = principal('outlet-legacy', String(outlet?.id));
  await fails(give(scope('mail.send'), local), Code.FailedPrecondition, /is an admin.*signed in to the subuser/);
});

test('a key that may not read people is told so before it asks', async (t) => {
  const { give, scope, requests } = await stageGrants(t, { key: 'mailOnly' });
  await fails(
    give(scope('mail.send'), unified),
    Code.PermissionDenied,
    /cannot read the teammate.*lacks teammates\.read/,
  );
  assert.deepEqual(requests(), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/connector-sdk';
import { everyFault } from '../../testing/every-fault.ts';
import { fails, people, said, stageGrants, teammateRoute, trailhead } from '../../testing/grants-stage.ts';
import { DryRun } from '../../testing/open-for-changes.ts';

const { owner, ssoAdmin, passwordAdmin, unified, sso, inTwoSubusers } = people;
const isAdmin = (stage: Awaited<ReturnType<typeof stageGrants>>, username: string) =>
  stage.account.teammates.get(username)?.isAdmin;

test('a teammate becomes an admin by an empty list and the flag', async (t) => {
  const stage = await stageGrants(t);
  const { give, admin, requests, announced } = stage;
  const { grants } = await give(admin, unified);
  assert.equal(grants?.[0]?.id, `role:admin:assigned:teammate:${unified}`);
  assert.equal(isAdmin(stage, unified), true);
  const path = `/v3/teammates/${unified}`;
  assert.deepEqual(requests(), [`GET ${path} 200`, `PATCH ${path} 200`, `GET ${path} 200`]);
  assert.deepEqual(announced[0]?.requests[0]?.body, { scopes: [], is_admin: true });
});

test('an SSO teammate becomes an admin at its own endpoint', async (t) => {
  const stage = await stageGrants(t);
  await stage.give(stage.admin, sso);
  assert.equal(isAdmin(stage, sso), true);
  assert.deepEqual(stage.writes(), [`PATCH /v3/sso/teammates/${sso} 200`]);
});

test('somebody who was restricted to subusers is told to reach everything as an admin', async (t) => {
  const { give, admin } = await stageGrants(t);
  const { notes } = await give(admin, inTwoSubusers);
  assert.match(notes?.[0] ?? '', /was restricted to subusers \(trailhead, peak-and-pine\)/);
});

test('an admin who loses the role keeps what the configuration says', async (t) => {
  const config = { 'admin-demote-scopes': ['mail.send', 'stats.read'] };
  const stage = await stageGrants(t, { config });
  const { take, admin, announced, given, writes } = stage;
  const { notes } = await take(admin, passwordAdmin);
  assert.equal(isAdmin(stage, passwordAdmin), false);
  assert.deepEqual(given(passwordAdmin), ['mail.send', 'stats.read']);
  assert.deepEqual(announced[0]?.requests[0]?.body, { scopes: ['mail.send', 'stats.read'], is_admin: false });
  assert.deepEqual(announced[0]?.after, ['mail.send', 'stats.read']);
  assert.match(notes?.join(' ') ?? '', /no admin any more.*mail\.send/);
  assert.equal(writes().length, 1);
});

test('without configuration an admin who loses the role keeps the least scope', async (t) => {
  const { take, admin, given } = await stageGrants(t);
  await take(admin, passwordAdmin);
  assert.deepEqual(given(passwordAdmin), ['user.profile.read']);
});

test('an SSO admin loses the role at its own endpoint', async (t) => {
  const stage = await stageGrants(t);
  await stage.take(stage.admin, ssoAdmin);
  assert.equal(isAdmin(stage, ssoAdmin), false);
  assert.deepEqual(stage.writes(), [`PATCH /v3/sso/teammates/${ssoAdmin} 200`]);
});

test('the role that somebody has already, or has no more, is not written', async (t) => {
  const { give, take, admin, writes } = await stageGrants(t);
  assert.ok(said(await give(admin, passwordAdmin)).alreadyExists);
  assert.ok(said(await take(admin, unified)).alreadyRevoked);
  assert.ok(said(await take(admin, 'nobody')).alreadyRevoked);
  await fails(give(admin, 'nobody'), Code.NotFound, /no teammate "nobody" any more/);
  assert.deepEqual(writes(), []);
});

test('the owner stays the owner, and nobody becomes one', async (t) => {
  const stage = await stageGrants(t);
  for (const change of [stage.give, stage.take]) {
    await fails(change(stage.admin, owner), Code.FailedPrecondition, /is the owner of the account/);
    await fails(change(stage.owner, unified), Code.FailedPrecondition, /Only SendGrid support/);
  }
  assert.deepEqual(stage.requests().length, 2);
});

test('a teammate inside a subuser cannot be an admin of the account', async (t) => {
  const { give, admin, principal } = await stageGrants(t);
  await fails(give(admin, principal('trailhead-ops', trailhead)), Code.FailedPrecondition, /exists only there/);
});

test('the last admin besides the owner stays, unless that is allowed', async (t) => {
  const small = { teammates: 4, admins: 2 };
  const refusing = await stageGrants(t, { simulator: small });
  const last = [...refusing.account.teammates.values()].find((person) => person.isAdmin && !person.isOwner);
  assert.ok(last);
  await fails(refusing.take(refusing.admin, last.username), Code.FailedPrecondition, /last admin.*--allow-last-admin/);
  assert.deepEqual(refusing.writes(), []);
  const allowing = await stageGrants(t, { simulator: small, config: { 'allow-last-admin': true } });
  await allowing.take(allowing.admin, last.username);
  assert.equal(isAdmin(allowing, last.username), false);
});

test('two admins who are demoted at once do not both lose the role when one has to stay', async (t) => {
  const stage = await stageGrants(t, { simulator: { teammates: 5, admins: 3 } });
  const admins = [...stage.account.teammates.values()].filter((person) => person.isAdmin && !person.isOwner);
  const ended = await Promise.allSettled(admins.map(({ username }) => stage.take(stage.admin, username)));
  assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(admins.filter((person) => person.isAdmin).length, 1);
});

test('a demotion that waits for another one can be cancelled', async (t) => {
  const { take, admin, fault, request } = await stageGrants(t);
  fault({ kind: 'latency', delayMs: 200, method: 'PATCH' });
  const first = take(admin, passwordAdmin);
  const stop = new AbortController();
  const second = take(admin, ssoAdmin, { ...request, signal: stop.signal });
  stop.abort();
  await fails(second, Code.Canceled, /waiting for another change of an admin/);
  await first;
});

test('the teammate that the key belongs to keeps the role', async (t) => {
  const { take, admin, fault, writes } = await stageGrants(t);
  const body = JSON.stringify({ username: passwordAdmin, user_id: 7 });
  fault({ kind: 'status', status: 200, body, route: '/v3/user/username' });
  await fails(take(admin, passwordAdmin), Code.FailedPrecondition, /The API key belongs to the teammate "tim_intern"/);
  assert.deepEqual(writes(), []);
});

for (const [says, strike] of [
  ['names the account', undefined],
  ['is refused', { kind: 'status', status: 403, route: '/v3/user/username' }],
] as const) {
  test(`when SendGrid ${says}, whose key it is stays unknown, and is said`, async (t) => {
    const { take, admin, fault } = await stageGrants(t);
    if (strike) fault(strike);
    assert.match((await take(admin, passwordAdmin)).notes?.join(' ') ?? '', /does not say whose API key this is/);
  });
}

test("when the key is another admin's, nothing is said about it", async (t) => {
  const { take, admin, fault } = await stageGrants(t);
  const body = JSON.stringify({ username: ssoAdmin, user_id: 7 });
  fault({ kind: 'status', status: 200, body, route: '/v3/user/username' });
  assert.equal((await take(admin, passwordAdmin)).notes?.length, 1);
});

test('scopes that did not stick after a demotion are named', async (t) => {
  const { take, admin } = await stageGrants(t, { config: { 'admin-demote-scopes': ['user.profile.update'] } });
  assert.match((await take(admin, passwordAdmin)).notes?.join(' ') ?? '', /did not keep user\.profile\.update/);
});

test('a dry run of a demotion shows what is kept', async (t) => {
  const { take, admin, dryRun, announced, writes } = await stageGrants(t);
  await assert.rejects(take(admin, passwordAdmin, dryRun), DryRun);
  assert.deepEqual(announced[0]?.after, ['user.profile.read']);
  assert.deepEqual(writes(), []);
});

test('scopes that SendGrid assigns by itself cannot be kept, and there must be one', async (t) => {
  for (const scopes of [['2fa_required'], []]) {
    await assert.rejects(stageGrants(t, { config: { 'admin-demote-scopes': scopes } }), {
      code: Code.InvalidArgument,
      message: /--admin-demote-scopes must name scopes/,
    });
  }
});

for (const direction of ['give', 'take'] as const) {
  const who = direction === 'give' ? unified : passwordAdmin;

  test(`an echo that does not stick is no success (${direction})`, async (t) => {
    const stage = await stageGrants(t);
    stage.fault({ kind: 'echo-only', method: 'PATCH', route: teammateRoute });
    await fails(stage[direction](stage.admin, who), Code.Aborted, /is (no|still an) admin: somebody else/);
    assert.equal(stage.writes().length, 1);
  });

  test(`a lost answer is resolved by a read (${direction})`, async (t) => {
    const stage = await stageGrants(t);
    stage.fault({ kind: 'reset-after', method: 'PATCH', route: teammateRoute });
    const { notes } = await stage[direction](stage.admin, who);
    assert.match(notes?.[0] ?? '', /a read shows that the change was made/);
    assert.equal(isAdmin(stage, who), direction === 'give');
    const other = direction === 'give' ? people.password : 'it-shared';
    stage.fault({ kind: 'reset-before', method: 'PATCH', route: teammateRoute });
    await fails(stage[direction](stage.admin, other), Code.Unavailable, /A read shows that nothing has changed/);
    assert.equal(stage.writes().length, 2);
  });
}

for (const [direction, who] of [
  ['give', sso],
  ['take', passwordAdmin],
] as const) {
  test(`whatever fails at whichever request, success is true (${direction})`, (t) =>
    everyFault(t, (stage) => ({
      made: stage[direction](stage.admin, who),
      check: (ended, what) => {
        if (ended === 'done') assert.equal(isAdmin(stage, who), direction === 'give', what);
        else assert.match(ended, /^BatonError: /, what);
        assert.ok(stage.writes().length <= 2, what);
      },
    })));
}

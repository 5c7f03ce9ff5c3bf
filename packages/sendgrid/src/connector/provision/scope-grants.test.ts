import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, findAnnotation, userResource } from '@baton-ts/connector-sdk';
import { GrantMetadataSchema } from '@baton-ts/protocol/connector-v2';
import { everyFault, impatientClient } from '../../testing/every-fault.ts';
import { fails, people, said, stageGrants, trailhead } from '../../testing/grants-stage.ts';
import { DryRun } from '../../testing/open-for-changes.ts';
import { invitationType } from '../resource-types.ts';

const { owner, ssoAdmin, passwordAdmin, unified, password, sso, inTwoSubusers } = people;
const one = '/v3/teammates/{username}';
const ssoOne = '/v3/sso/teammates/{username}';

test('a scope is given by a read, one write and a read', async (t) => {
  const { give, scope, requests, given } = await stageGrants(t);
  const before = given(unified);
  const { grants, notes, annotations } = await give(scope('alerts.read'), unified);
  assert.deepEqual(
    grants?.map(({ id }) => id),
    [`scope:alerts.read:assigned:teammate:${unified}`],
  );
  assert.deepEqual([notes, annotations], [[], undefined]);
  assert.ok(before.every((name) => given(unified).includes(name)));
  assert.ok(given(unified).includes('alerts.read'));
  const path = `/v3/teammates/${unified}`;
  assert.deepEqual(requests(), [`GET ${path} 200`, `PATCH ${path} 200`, `GET ${path} 200`]);
});

test('a scope is taken by a read, one write and a read', async (t) => {
  const { take, scope, requests, given } = await stageGrants(t);
  assert.deepEqual(said(await take(scope('mail.send'), unified)).alreadyRevoked, false);
  assert.ok(!given(unified).includes('mail.send'));
  assert.equal(requests().length, 3);
});

test('an SSO teammate is asked for its restriction too, and written with its names at its own endpoint', async (t) => {
  const { give, scope, requests, announced } = await stageGrants(t);
  await give(scope('alerts.read'), sso);
  assert.equal(requests().length, 4);
  assert.ok(requests().includes(`PATCH /v3/sso/teammates/${sso} 200`));
  const body: unknown = announced[0]?.requests[0]?.body;
  assert.ok(typeof body === 'object' && body !== null);
  assert.deepEqual(Object.keys(body).sort(), ['first_name', 'last_name', 'scopes']);
});

test('what the key may do is asked once per process', async (t) => {
  const { give, scope, control } = await stageGrants(t);
  await give(scope('alerts.read'), unified);
  await give(scope('alerts.create'), unified);
  assert.equal(control.requests().log.filter(({ route }) => route === '/v3/scopes').length, 1);
});

test('what is announced is what is sent, with the scopes before and after', async (t) => {
  const { give, scope, announced, control, given } = await stageGrants(t);
  const before = control.scopesOf(password) ?? [];
  await give(scope('alerts.read'), password);
  const [change, ...more] = announced;
  assert.deepEqual(more, []);
  assert.equal(change?.summary, `Give alerts.read to the teammate "${password}".`);
  assert.deepEqual(change?.before, before);
  assert.deepEqual(change?.after, [...before, 'alerts.read'].sort());
  const request = change?.requests[0];
  assert.ok(request);
  assert.deepEqual([request.method, request.path, request.headers], ['PATCH', `/v3/teammates/${password}`, undefined]);
  const { scopes } = request.body as { readonly scopes: readonly string[] };
  for (const name of ['2fa_required', 'sender_verification_eligible', 'user.password.update', 'user.username.update']) {
    assert.ok(!scopes.includes(name), `${name} must not be sent back`);
  }
  assert.deepEqual(given(password), scopes);
});

test('a dry run reads and writes nothing', async (t) => {
  const { give, scope, dryRun, announced, writes } = await stageGrants(t);
  await assert.rejects(give(scope('alerts.read'), unified, dryRun), DryRun);
  assert.equal(announced.length, 1);
  assert.deepEqual(writes(), []);
});

test('what is there already is not written again, nor what is gone already', async (t) => {
  const { give, take, scope, requests } = await stageGrants(t);
  assert.ok(said(await give(scope('mail.send'), unified)).alreadyExists);
  assert.ok(said(await take(scope('alerts.read'), unified)).alreadyRevoked);
  assert.deepEqual(requests(), [`GET /v3/teammates/${unified} 200`, `GET /v3/teammates/${unified} 200`]);
});

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

test('a teammate inside a subuser is read and written on behalf of it', async (t) => {
  const { give, take, scope, principal, requests, account } = await stageGrants(t);
  const local = principal('trailhead-ops', trailhead);
  const { grants } = await give(scope('alerts.read'), local);
  const metadata = findAnnotation(grants?.[0]?.annotations ?? [], GrantMetadataSchema)?.metadata;
  assert.deepEqual(metadata, { subuser: 'trailhead', subuser_id: trailhead });
  await take(scope('alerts.read'), local);
  const path = '/v3/teammates/trailhead-ops';
  const change = [`GET ${path} 200 as trailhead`, `PATCH ${path} 200 as trailhead`, `GET ${path} 200 as trailhead`];
  assert.deepEqual(requests(), ['GET /v3/subusers 200', ...change, ...change]);
  assert.ok(!account.subusers.get('trailhead')?.local.teammates.get('trailhead-ops')?.scopes.includes('alerts.read'));
});

test('a teammate of a subuser that is gone is gone with it', async (t) => {
  const { give, take, scope, principal } = await stageGrants(t);
  await fails(give(scope('mail.send'), principal('trailhead-ops', '1')), Code.NotFound, /in that subuser any more/);
  assert.ok(said(await take(scope('mail.send'), principal('trailhead-ops', '1'))).alreadyRevoked);
});

test('a scope that everybody has comes back, which is said and not repeated', async (t) => {
  const { take, scope, writes } = await stageGrants(t);
  await fails(
    take(scope('user.profile.read'), unified),
    Code.FailedPrecondition,
    /gives user\.profile\.read to every teammate/,
  );
  assert.equal(writes().length, 1);
});

test('a scope that is echoed and not kept is no success', async (t) => {
  const { give, scope, writes } = await stageGrants(t);
  await fails(give(scope('user.profile.update'), unified), Code.FailedPrecondition, /did not keep it/);
  assert.equal(writes().length, 1);
});

for (const [who, route] of [
  [unified, one],
  [sso, ssoOne],
] as const) {
  test(`an echo at ${route} that does not stick is no success and is not repeated`, async (t) => {
    const { give, scope, fault, writes } = await stageGrants(t);
    fault({ kind: 'echo-only', method: 'PATCH', route });
    await fails(give(scope('alerts.read'), who), Code.Aborted, /does not hold alerts\.read.*Nothing was written again/);
    assert.equal(writes().length, 1);
  });

  test(`a lost answer at ${route} is resolved by a read: it was done`, async (t) => {
    const { give, scope, fault, writes, given } = await stageGrants(t);
    fault({ kind: 'reset-after', method: 'PATCH', route });
    const { notes, grants } = await give(scope('alerts.read'), who);
    assert.match(notes?.[0] ?? '', /answer was lost; a read shows that the change was made/);
    assert.equal(grants?.length, 1);
    assert.equal(writes().length, 1);
    assert.ok(given(who).includes('alerts.read'));
  });

  test(`a lost answer at ${route} is resolved by a read: it was not done`, async (t) => {
    const { give, scope, fault, writes } = await stageGrants(t);
    fault({ kind: 'reset-before', method: 'PATCH', route });
    await fails(give(scope('alerts.read'), who), Code.Unavailable, /A read shows that nothing has changed/);
    assert.equal(writes().length, 1);
  });

  for (const [status, code, says] of [
    [400, Code.InvalidArgument, /refused to change the .*teammate "/],
    [401, Code.Unauthenticated, /did not accept the API key/],
    [403, Code.PermissionDenied, /may not change the .*teammate ".*needs (sso\.)?teammates\.update/],
    [404, Code.NotFound, /does not find that any more/],
    [409, Code.Aborted, /conflicts with what is there/],
    [500, route === ssoOne ? Code.InvalidArgument : Code.Unavailable, /failed to change.*nothing has changed/],
    [503, Code.Unavailable, /failed to change.*nothing has changed/],
  ] as const) {
    test(`${status} to the write at ${route} says who it is about and what to do`, async (t) => {
      const { give, scope, fault, writes, given } = await stageGrants(t);
      const before = given(who);
      fault({ kind: 'status', status, method: 'PATCH', route });
      await fails(give(scope('alerts.read'), who), code, says);
      assert.equal(writes().length, 1);
      assert.deepEqual(given(who), before);
    });
  }

  test(`500 at ${route} that hides a change is found out by the read`, async (t) => {
    const { give, scope, fault } = await stageGrants(t);
    fault({ kind: 'status', status: 500, done: true, method: 'PATCH', route });
    const { notes } = await give(scope('alerts.read'), who);
    assert.match(notes?.[0] ?? '', /a read shows that the change was made/);
  });
}

test('after 429 the person is read again before the write is', async (t) => {
  const { give, scope, fault, requests } = await stageGrants(t);
  const headers = { 'retry-after': '0' };
  fault({ kind: 'status', status: 429, method: 'PATCH', route: one, headers });
  await give(scope('alerts.read'), unified);
  assert.deepEqual(
    requests().map((request) => request.replace(` /v3/teammates/${unified}`, '')),
    ['GET 200', 'PATCH 429', 'GET 200', 'PATCH 200', 'GET 200'],
  );
});

test('a write that had to wait for the limit is made of what is there after the wait', async (t) => {
  const { give, scope, fault, requests, control } = await stageGrants(t, {
    createHttpClient: impatientClient(),
  });
  fault({ kind: 'status', status: 429, method: 'PATCH', route: one, headers: { 'retry-after': '23' } });
  const meanwhile = { addScopes: ['ips.read'] };
  fault({ kind: 'other-writer', when: 'after', change: meanwhile, method: 'GET', route: one, after: 1 });
  await give(scope('alerts.read'), unified);
  assert.deepEqual(
    requests().map((request) => request.replace(` /v3/teammates/${unified}`, '')),
    ['GET 200', 'PATCH 429', 'GET 200', 'GET 200', 'PATCH 200', 'GET 200'],
  );
  assert.ok(['ips.read', 'alerts.read'].every((name) => control.scopesOf(unified)?.includes(name)));
});

test('a page of HTML as the answer to a write proves nothing: the read does', async (t) => {
  const { give, scope, fault, writes } = await stageGrants(t);
  fault({ kind: 'html', method: 'PATCH', route: one });
  assert.match((await give(scope('alerts.read'), unified)).notes?.[0] ?? '', /a read shows/);
  assert.equal(writes().length, 1);
});

test('when the read after a write fails, it says that the change was sent', async (t) => {
  const { give, scope, fault } = await stageGrants(t);
  fault({ kind: 'status', status: 403, method: 'GET', route: one, after: 1 });
  await fails(
    give(scope('alerts.read'), unified),
    Code.PermissionDenied,
    /asked to change.*whether it did cannot be read/,
  );
});

test('another writer who undoes the change is reported, and not overwritten', async (t) => {
  const { give, scope, fault, writes, given } = await stageGrants(t);
  const change = { scopes: ['stats.read'] };
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: one });
  await fails(
    give(scope('alerts.read'), unified),
    Code.Aborted,
    /does not hold alerts\.read.*Now it holds .*stats\.read/,
  );
  assert.equal(writes().length, 1);
  assert.deepEqual(given(unified), ['stats.read']);
});

test('another writer who takes something else is reported, and not overwritten', async (t) => {
  const { give, scope, fault, given } = await stageGrants(t);
  const change = { removeScopes: ['mail.send'] };
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: one });
  await fails(
    give(scope('alerts.read'), unified),
    Code.Aborted,
    /holds alerts\.read, as asked, but has lost mail\.send/,
  );
  assert.ok(!given(unified).includes('mail.send'));
});

test('another writer who gives more is told about', async (t) => {
  const { give, scope, fault, given } = await stageGrants(t);
  const change = { addScopes: ['ips.read'] };
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: one });
  assert.match((await give(scope('alerts.read'), unified)).notes?.[0] ?? '', /somebody else gave it ips\.read/);
  assert.ok(given(unified).includes('ips.read'));
});

test('another writer who promotes or deletes the person is reported', async (t) => {
  const { give, take, scope, fault } = await stageGrants(t);
  fault({ kind: 'other-writer', when: 'after', change: { isAdmin: true }, method: 'PATCH', route: one });
  await fails(give(scope('alerts.read'), unified), Code.Aborted, /is an admin now/);
  fault({ kind: 'other-writer', when: 'after', change: { deleted: true }, method: 'PATCH', route: one });
  await fails(give(scope('alerts.read'), password), Code.Aborted, /it was deleted/);
  fault({ kind: 'other-writer', when: 'after', change: { deleted: true }, method: 'PATCH', route: one });
  const { notes } = await take(scope('messages.read'), 'peter_hofstede');
  assert.match(notes?.[0] ?? '', /gone altogether/);
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
  fault({ kind: 'status', status: 400, method: 'PATCH', route: one });
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

for (const [direction, name] of [
  ['give', 'alerts.read'],
  ['take', 'stats.read'],
] as const) {
  for (const [who, kind] of [
    [unified, 'Twilio Login'],
    [sso, 'SSO'],
  ] as const) {
    test(`whatever fails at whichever request, success is true and nothing else changes (${direction}, ${kind})`, (t) =>
      everyFault(t, (stage) => {
        const before = new Set(stage.control.scopesOf(who));
        const check = (ended: string, what: string) => {
          const now = new Set(stage.control.scopesOf(who));
          if (ended === 'done') assert.equal(now.has(name), direction === 'give', what);
          else assert.match(ended, /^BatonError: /, what);
          if (/nothing has changed|Nothing was changed/.test(ended)) {
            assert.equal(now.has(name), direction === 'take', what);
          }
          for (const set of [before, now]) set.delete(name);
          assert.deepEqual(now, before, what);
          assert.ok(stage.writes().length <= 2, what);
        };
        return { made: stage[direction](stage.scope(name), who), check };
      }));
  }
}

test('a change does not end with another one that asked first what the key may do', async (t) => {
  const { give, scope, fault, request } = await stageGrants(t);
  fault({ kind: 'latency', delayMs: 100, route: '/v3/scopes' });
  const stop = new AbortController();
  const first = give(scope('alerts.read'), unified, { ...request, signal: stop.signal });
  const second = give(scope('alerts.read'), password);
  setTimeout(() => stop.abort(), 20);
  await fails(first, Code.Canceled, /cancelled/);
  assert.equal((await second).grants?.length, 1);
});

test('a cancelled change says that it may have happened', async (t) => {
  const { give, scope, fault, request } = await stageGrants(t);
  fault({ kind: 'latency', delayMs: 5_000, method: 'PATCH', route: one });
  const stop = new AbortController();
  const announce = () => void setTimeout(() => stop.abort(), 20);
  await fails(
    give(scope('alerts.read'), unified, { ...request, signal: stop.signal, announce }),
    Code.Canceled,
    /it may have happened/,
  );
});

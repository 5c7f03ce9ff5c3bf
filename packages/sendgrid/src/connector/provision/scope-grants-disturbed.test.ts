import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/connector-sdk';
import { everyFault, impatientClient } from '../../testing/every-fault.ts';
import { fails, people, ssoTeammateRoute, stageGrants, teammateRoute } from '../../testing/grants-stage.ts';

const { unified, password, sso } = people;

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
  [unified, teammateRoute],
  [sso, ssoTeammateRoute],
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
    [
      500,
      route === ssoTeammateRoute ? Code.InvalidArgument : Code.Unavailable,
      /failed to change.*nothing has changed/,
    ],
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
  fault({ kind: 'status', status: 429, method: 'PATCH', route: teammateRoute, headers });
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
  fault({ kind: 'status', status: 429, method: 'PATCH', route: teammateRoute, headers: { 'retry-after': '23' } });
  const meanwhile = { addScopes: ['ips.read'] };
  fault({ kind: 'other-writer', when: 'after', change: meanwhile, method: 'GET', route: teammateRoute, after: 1 });
  await give(scope('alerts.read'), unified);
  assert.deepEqual(
    requests().map((request) => request.replace(` /v3/teammates/${unified}`, '')),
    ['GET 200', 'PATCH 429', 'GET 200', 'GET 200', 'PATCH 200', 'GET 200'],
  );
  assert.ok(['ips.read', 'alerts.read'].every((name) => control.scopesOf(unified)?.includes(name)));
});

test('a page of HTML as the answer to a write proves nothing: the read does', async (t) => {
  const { give, scope, fault, writes } = await stageGrants(t);
  fault({ kind: 'html', method: 'PATCH', route: teammateRoute });
  assert.match((await give(scope('alerts.read'), unified)).notes?.[0] ?? '', /a read shows/);
  assert.equal(writes().length, 1);
});

test('when the read after a write fails, it says that the change was sent', async (t) => {
  const { give, scope, fault } = await stageGrants(t);
  fault({ kind: 'status', status: 403, method: 'GET', route: teammateRoute, after: 1 });
  await fails(
    give(scope('alerts.read'), unified),
    Code.PermissionDenied,
    /asked to change.*whether it did cannot be read/,
  );
});

test('another writer who undoes the change is reported, and not overwritten', async (t) => {
  const { give, scope, fault, writes, given } = await stageGrants(t);
  const change = { scopes: ['stats.read'] };
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: teammateRoute });
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
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: teammateRoute });
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
  fault({ kind: 'other-writer', when: 'after', change, method: 'PATCH', route: teammateRoute });
  assert.match((await give(scope('alerts.read'), unified)).notes?.[0] ?? '', /somebody else gave it ips\.read/);
  assert.ok(given(unified).includes('ips.read'));
});

test('another writer who promotes or deletes the person is reported', async (t) => {
  const { give, take, scope, fault } = await stageGrants(t);
  fault({ kind: 'other-writer', when: 'after', change: { isAdmin: true }, method: 'PATCH', route: teammateRoute });
  await fails(give(scope('alerts.read'), unified), Code.Aborted, /is an admin now/);
  fault({ kind: 'other-writer', when: 'after', change: { deleted: true }, method: 'PATCH', route: teammateRoute });
  await fails(give(scope('alerts.read'), password), Code.Aborted, /it was deleted/);
  fault({ kind: 'other-writer', when: 'after', change: { deleted: true }, method: 'PATCH', route: teammateRoute });
  const { notes } = await take(scope('messages.read'), 'peter_hofstede');
  assert.match(notes?.[0] ?? '', /gone altogether/);
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

test('a cancelled change says that it may have happened', async (t) => {
  const { give, scope, fault, request } = await stageGrants(t);
  fault({ kind: 'latency', delayMs: 5_000, method: 'PATCH', route: teammateRoute });
  const stop = new AbortController();
  const announce = () => void setTimeout(() => stop.abort(), 20);
  await fails(
    give(scope('alerts.read'), unified, { ...request, signal: stop.signal, announce }),
    Code.Canceled,
    /it may have happened/,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, findAnnotation } from '@baton-ts/connector-sdk';
import { GrantMetadataSchema } from '@baton-ts/protocol/connector-v2';
import { fails, people, said, stageGrants, trailhead } from '../../testing/grants-stage.ts';
import { DryRun } from '../../testing/open-for-changes.ts';

const { unified, password, sso } = people;

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

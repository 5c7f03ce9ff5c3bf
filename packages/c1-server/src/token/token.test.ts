import assert from 'node:assert/strict';
import { connect as connectH2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { type TestContext, test } from 'node:test';
import {
  type Answer,
  connectClient,
  fetchToken,
  post,
  requestToken,
  signAssertion,
  tokenForm,
} from '../testing/client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { hello, startWorld, type World } from '../testing/harness.ts';
import { stores } from '../testing/stores.ts';

for (const [kind, openStore] of Object.entries(stores)) {
  const start = (t: TestContext, clock?: FakeClock): Promise<World> =>
    startWorld(t, { store: openStore(t), ...(clock === undefined ? {} : { clock }) });

  test(`${kind}: a signed assertion is answered with a token that opens the service`, async (t) => {
    const { access } = await start(t);
    const { status, body } = await requestToken(access);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'token_type']);
    assert.equal(body['token_type'], 'Bearer');
    assert.equal(body['expires_in'], 600);
    using client = connectClient(access, String(body['access_token']));
    await client.hello(hello('host-1'));
  });

  test(`${kind}: an assertion is good for one token`, async (t) => {
    const { access } = await start(t);
    const form = tokenForm(access.credential.clientId, await signAssertion(access.credential)).toString();
    assert.equal((await post(access, form)).status, 200);
    refused(await post(access, form), 401, /used before/);
  });

  test(`${kind}: a used assertion is remembered across a restart`, async (t) => {
    const world = await start(t);
    const form = tokenForm(world.access.credential.clientId, await signAssertion(world.access.credential)).toString();
    assert.equal((await post(world.access, form)).status, 200);
    await world.restart();
    refused(await post(world.access, form), 401, /used before/);
  });

  test(`${kind}: a client that asks without end is slowed down, and only until its assertions expire`, async (t) => {
    const clock = new FakeClock();
    const { access, store } = await start(t, clock);
    const { clientId } = access.credential;
    for (let index = 0; index < 999; index += 1) {
      await store.rememberNonce({ clientId, nonce: `${index}`, untilMs: clock.now() + 120_000 }, clock.now(), 1_000);
    }
    refused(await requestToken(access, { nowMs: clock.now() }), 429, /Reuse a token/);
    clock.advance(121_000);
    assert.equal((await requestToken(access, { nowMs: clock.now() })).status, 200);
  });

  test(`${kind}: a token outlives the server that issued it`, async (t) => {
    const world = await start(t);
    await world.restart();
    await world.client.hello(hello('host-1'));
  });

  test(`${kind}: a revoked credential opens nothing any more`, async (t) => {
    const { access, server, client } = await start(t);
    await server.revokeCredential(access.credential.clientId);
    refused(await requestToken(access), 401, /client id is not valid here/);
    await assert.rejects(async () => await client.getTask({ hostId: 'host-1' }), {
      code: 16,
      rawMessage: /not valid any more/,
    });
  });
}

/** What a caller may do wrong, and what it hears. */
const wrongAssertions: readonly [string, Parameters<typeof requestToken>[1] & object, RegExp][] = [
  ['whose iss is another client', { claims: { iss: 'x@127.0.0.1/y' } }, /iss and its sub/],
  ['whose sub is another client', { claims: { sub: 'x@127.0.0.1/y' } }, /iss and its sub/],
  ['for another host', { claims: { aud: 'c1.example.test' } }, /meant for "127\.0\.0\.1"/],
  ['for a host with its port', { claims: { aud: '127.0.0.1:443' } }, /meant for "127\.0\.0\.1"/],
  ['for several hosts', { claims: { aud: ['127.0.0.1', 'c1.example.test'] } }, /meant for/],
  ['from a clock that is an hour late', { nowMs: Date.now() - 3_600_000 }, /expired 58 minutes ago: check the clock/],
  [
    'from a clock that is an hour early',
    { nowMs: Date.now() + 3_600_000 },
    /becomes valid in 58 minutes: check the clock/,
  ],
  ['that is good for an hour', { claims: { exp: Math.floor(Date.now() / 1000) + 3600 } }, /at most 5 minutes/],
  ['that never expires', { claims: { exp: undefined } }, /nbf and exp/],
  ['without a nonce', { header: { nonce: undefined } }, /nonce/],
  ['with a nonce that is no text', { header: { nonce: 7 } }, /nonce/],
];

for (const [what, changes, reason] of wrongAssertions) {
  test(`an assertion ${what} is refused, and the reason is said`, async (t) => {
    const { access } = await startWorld(t);
    refused(await requestToken(access, changes), 401, reason);
  });
}

test('a wrong key, an unknown client and a forged text are told in the same words', async (t) => {
  const { access, server } = await startWorld(t);
  const other = await server.createCredential({ name: 'other' });
  const { clientId } = access.credential;
  const forged = `${(await signAssertion(access.credential)).split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`;
  const answers = [
    await requestToken(access, { clientSecret: other.clientSecret }),
    await requestToken({ ...access, credential: { ...other, clientId: 'nobody@127.0.0.1/x' } }),
    await post(access, tokenForm(clientId, forged).toString()),
    await post(access, tokenForm(clientId, unsigned).toString()),
    await post(access, tokenForm(clientId, 'no assertion at all').toString()),
  ];
  for (const answer of answers) refused(answer, 401, /client id is not valid here, or the assertion/);
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
});

test('an assertion that was changed after signing is refused', async (t) => {
  const { access } = await startWorld(t);
  const [header, claims, signature] = (await signAssertion(access.credential, { nowMs: Date.now() - 3_600_000 })).split(
    '.',
  );
  const fresh = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString());
  const later = Buffer.from(JSON.stringify({ ...fresh, exp: Math.floor(Date.now() / 1000) + 100 })).toString(
    'base64url',
  );
  const form = tokenForm(access.credential.clientId, `${header}.${later}.${signature}`);
  refused(await post(access, form.toString()), 401, /client id is not valid here/);
});

test('forms that are not as they should be are refused with 400 and say what is wrong', async (t) => {
  const { access } = await startWorld(t);
  const form = tokenForm(access.credential.clientId, await signAssertion(access.credential));
  const without = (name: string) => {
    const copy = new URLSearchParams(form);
    copy.delete(name);
    return copy.toString();
  };
  refused(await post(access, without('client_id')), 400, /client_id is missing/);
  refused(await post(access, without('client_assertion')), 400, /client_assertion is missing/);
  refused(await post(access, `${form.toString()}&client_id=x`), 400, /client_id is given twice/);
  refused(await post(access, form.toString().replace('client_credentials', 'password')), 400, /grant_type/);
  refused(await post(access, form.toString().replace('jwt-bearer', 'other')), 400, /client_assertion_type/);
  refused(await post(access, form.toString(), 'application/json'), 400, /content type/);
  refused(await post(access, `${form.toString()}&x=${'x'.repeat(20_000)}`), 400, /larger than/);
});

test('no refusal repeats a secret or an assertion', async (t) => {
  const { access } = await startWorld(t);
  const assertion = await signAssertion(access.credential, { claims: { aud: 'elsewhere' } });
  const { body } = await post(access, tokenForm(access.credential.clientId, assertion).toString());
  assert.ok(!JSON.stringify(body).includes(assertion.slice(0, 40)));
});

test('the token endpoint speaks HTTP/2 as well', async (t) => {
  const { access } = await startWorld(t);
  const session = connectH2(access.url, { ca: access.ca });
  t.after(() => session.close());
  const stream = session.request({
    ':method': 'POST',
    ':path': '/auth/v1/token',
    'content-type': 'application/x-www-form-urlencoded',
  });
  stream.end(tokenForm(access.credential.clientId, await signAssertion(access.credential)).toString());
  const [headers] = await new Promise<[Readonly<Record<string, unknown>>]>((resolve) =>
    stream.once('response', (...args) => resolve([args[0]])),
  );
  assert.equal(headers[':status'], 200);
  stream.close();
});

test('a call without a token, with a foreign one or with an old one is not let in', async (t) => {
  const clock = new FakeClock();
  const { access } = await startWorld(t, { clock });
  const other = await startWorld(t);
  const call = async (token: string | undefined) => {
    using client = connectClient(access, token);
    await client.getTask({ hostId: 'host-1' });
  };
  await assert.rejects(call(undefined), { code: 16, rawMessage: /no access token/ });
  await assert.rejects(call('a.b.c'), { code: 16, rawMessage: /not one of this server/ });
  await assert.rejects(call(await fetchToken(other.access)), { code: 16, rawMessage: /not one of this server/ });
  const token = await fetchToken(access, { nowMs: clock.now() });
  await call(token);
  clock.advance(601_000);
  await assert.rejects(call(token), { code: 16, rawMessage: /expired/ });
});

test('the secret of a credential is nowhere in the store', async (t) => {
  const { access, store, connectorId } = await startWorld(t);
  const [, , , document = ''] = access.credential.clientSecret.split(':');
  const { d } = JSON.parse(Buffer.from(document, 'base64url').toString());
  const kept = JSON.stringify([await store.credentials(connectorId), await store.connector(connectorId)]);
  assert.ok(typeof d === 'string' && !kept.includes(d));
});

function refused({ status, body }: Answer, expected: number, reason: RegExp): void {
  assert.equal(status, expected, JSON.stringify(body));
  assert.match(String(body['error_description']), reason);
}

test('a body that never comes to its end is not waited for', async (t) => {
  const clock = new FakeClock();
  const { access } = await startWorld(t, { clock });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 1_000 };
  const request = httpsRequest(`${access.url}/auth/v1/token`, { method: 'POST', ca: access.ca, headers, agent: false });
  t.after(() => request.destroy());
  request.on('error', () => {});
  request.write('client_id=');
  const moving = setInterval(() => clock.advance(1_000), 2);
  t.after(() => clearInterval(moving));
  const status = await new Promise((resolve) => request.on('response', (response) => resolve(response.statusCode)));
  assert.equal(status, 400);
});

test('a call without a token is refused before its message has come', async (t) => {
  const { access } = await startWorld(t);
  const session = connectH2(access.url, { ca: access.ca });
  t.after(() => session.destroy());
  const path = '/c1.connectorapi.baton.v1.BatonService/GetTask';
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  stream.write(Uint8Array.of(0, 0, 0));
  const headers = await new Promise<Readonly<Record<string, unknown>>>((resolve) =>
    stream.once('response', (answer) => resolve(answer)),
  );
  assert.equal(headers['grpc-status'], '16');
});

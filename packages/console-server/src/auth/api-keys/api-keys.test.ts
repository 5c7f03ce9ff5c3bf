import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { CompactSign, SignJWT } from 'jose';
import { anonymous, type Browser, startWorld } from '../../people/testing/world.ts';
import { describeOnStores } from '../../testing/with-stores.ts';
import { TokenKey } from '../token-key.ts';

const DAY_MS = 24 * 60 * 60_000;
const PREFIX = 'secret-token:conductorone.com:v1:';

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

function documentOf(clientSecret: string): Readonly<Record<string, string>> {
  return JSON.parse(Buffer.from(clientSecret.slice(PREFIX.length), 'base64url').toString('utf8'));
}

function secretOf(document: object): string {
  return `${PREFIX}${Buffer.from(JSON.stringify(document)).toString('base64url')}`;
}

describeOnStores('an API key', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const make = async (browser: Browser, expiresInDays: 30 | 90 | null = 30): Promise<Credential> => {
      const made = await browser.post('/api/v1/iam/personal_clients', { displayName: 'Export script', expiresInDays });
      assert.equal(made.status, 200, made.text);
      return { clientId: made.textAt('client', 'clientId'), clientSecret: made.textAt('clientSecret') };
    };
    const ask = async (form: Readonly<Record<string, unknown>>) => {
      const { status, body } = await world.services.answerTokenRequest(
        { grant_type: 'client_credentials', ...form },
        anonymous().context,
      );
      return { status, token: String(body['access_token'] ?? ''), error: String(body['error'] ?? ''), body };
    };
    const withSecret = ({ clientId, clientSecret }: Credential) =>
      ask({ client_id: clientId, client_secret: clientSecret });
    const assertion = (
      { clientId, clientSecret }: Credential,
      { claims = {}, header = {} }: { readonly claims?: object; readonly header?: object } = {},
    ): Promise<string> => {
      const now = Math.floor(world.clock.now() / 1000);
      const all = {
        iss: clientId,
        sub: clientId,
        aud: ['console.example.com'],
        iat: now,
        nbf: now - 120,
        exp: now + 120,
      };
      return new CompactSign(Buffer.from(JSON.stringify({ ...all, ...claims })))
        .setProtectedHeader({ alg: 'EdDSA', nonce: randomBytes(16).toString('hex'), ...header })
        .sign(createPrivateKey({ key: documentOf(clientSecret), format: 'jwk' }));
    };
    const withAssertion = (clientId: string, signed: string) =>
      ask({
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: signed,
      });
    /** What a script gets with a token: no cookie, no origin, no CSRF token. */
    const call = (token: string, method = 'POST', path = '/api/v1/search/users', body: unknown = {}) =>
      world.browser().call(method, path, method === 'GET' ? undefined : body, {
        authorization: `Bearer ${token}`,
        origin: 'https://elsewhere.example',
        'x-csrf-token': '',
      });
    return { ...world, ines, make, ask, withSecret, assertion, withAssertion, call };
  };

  test('has a client id of words, a number, the host and pcc, and a secret that is an Ed25519 key', async (t) => {
    const { ines, make } = await start(t);
    const { clientId, clientSecret } = await make(ines);
    assert.match(clientId, /^[a-z]+-[a-z]+-\d{6}@console\.example\.com\/pcc$/);
    assert.ok(clientSecret.startsWith(PREFIX));
    const { kty, crv, x, d } = documentOf(clientSecret);
    assert.deepEqual([kty, crv, x?.length, d?.length], ['OKP', 'Ed25519', 43, 43]);
  });

  test('is shown once: the secret is nowhere afterwards', async (t) => {
    const { ines, make, store } = await start(t);
    const { clientSecret } = await make(ines);
    const list = await ines.get('/api/v1/iam/personal_clients');
    const everything = JSON.stringify([
      list.text,
      await store.db.selectFrom('personal_clients').selectAll().execute(),
      await store.db.selectFrom('audit_log').selectAll().execute(),
    ]);
    assert.equal(everything.includes(clientSecret), false);
    assert.equal(everything.includes(documentOf(clientSecret)['d'] ?? 'none'), false);
  });

  test('is exchanged for a token with its secret', async (t) => {
    const { ines, make, withSecret, call } = await start(t);
    const { status, token, body } = await withSecret(await make(ines));
    assert.deepEqual([status, body['token_type'], body['expires_in']], [200, 'Bearer', 3600]);
    assert.equal((await call(token)).status, 200);
  });

  test('is exchanged for a token with a signed assertion, whose audience may be a text or a list', async (t) => {
    const { ines, make, assertion, withAssertion, call } = await start(t);
    const key = await make(ines);
    for (const aud of ['console.example.com', ['console.example.com']]) {
      const { status, token } = await withAssertion(key.clientId, await assertion(key, { claims: { aud } }));
      assert.equal(status, 200);
      assert.equal((await call(token)).status, 200);
    }
  });

  test('needs no CSRF token, because no browser sends it by itself', async (t) => {
    const { ines, make, withSecret, call } = await start(t);
    const { token } = await withSecret(await make(ines));
    const made = await call(token, 'POST', '/api/v1/users', { email: 'omar@marlowe.example', displayName: 'Omar' });
    assert.equal(made.status, 200);
  });

  test('does not take the same assertion twice', async (t) => {
    const { ines, make, assertion, withAssertion } = await start(t);
    const key = await make(ines);
    const signed = await assertion(key);
    assert.equal((await withAssertion(key.clientId, signed)).status, 200);
    const again = await withAssertion(key.clientId, signed);
    assert.deepEqual([again.status, again.error], [401, 'invalid_client']);
  });

  test('does not take an assertion that is wrong in any part', async (t) => {
    const { ines, make, assertion, withAssertion, clock } = await start(t);
    const key = await make(ines);
    const other = await make(ines);
    const now = Math.floor(clock.now() / 1000);
    const wrong: readonly [what: string, signed: string][] = [
      ['signed by another key', await assertion({ ...key, clientSecret: other.clientSecret })],
      ['of another issuer', await assertion(key, { claims: { iss: other.clientId } })],
      ['for another subject', await assertion(key, { claims: { sub: other.clientId } })],
      ['for another host', await assertion(key, { claims: { aud: ['c1.example.com'] } })],
      ['for several hosts', await assertion(key, { claims: { aud: ['console.example.com', 'c1.example.com'] } })],
      ['that has expired', await assertion(key, { claims: { exp: now - 1 } })],
      ['that is not valid yet', await assertion(key, { claims: { nbf: now + 60 } })],
      ['that is good for an hour', await assertion(key, { claims: { exp: now + 3600 } })],
      ['without a nonce', await assertion(key, { header: { nonce: undefined } })],
      ['without a signature', `${(await assertion(key)).split('.').slice(0, 2).join('.')}.`],
      ['that is unsigned', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
    ];
    for (const [what, signed] of wrong) {
      const { status, token } = await withAssertion(key.clientId, signed);
      assert.deepEqual([status, token], [401, ''], what);
    }
  });

  test('does not open with the secret of another key, nor with one that names the right public part', async (t) => {
    const { ines, make, withSecret } = await start(t);
    const key = await make(ines);
    const other = await make(ines);
    const { x } = documentOf(key.clientSecret);
    const forged = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), x };
    const wrong = [
      other.clientSecret,
      secretOf(forged),
      secretOf({ kty: 'OKP', crv: 'Ed25519', x }),
      key.clientSecret.slice(PREFIX.length),
      PREFIX,
      'x'.repeat(5000),
    ];
    for (const clientSecret of wrong) {
      assert.notEqual((await withSecret({ ...key, clientSecret })).status, 200, clientSecret.slice(0, 60));
    }
  });

  test('that is unknown is refused in the same words as one with a wrong secret', async (t) => {
    const { ines, make, withSecret } = await start(t);
    const key = await make(ines);
    const other = await make(ines);
    const answers = [
      await withSecret({ ...key, clientSecret: other.clientSecret }),
      await withSecret({ ...key, clientId: 'calm-river-100000@console.example.com/pcc' }),
    ];
    assert.deepEqual(answers[0]?.body, answers[1]?.body);
  });

  test('is refused with a form that is not complete', async (t) => {
    const { ines, make, ask } = await start(t);
    const { clientId, clientSecret } = await make(ines);
    const wrong: readonly [form: Readonly<Record<string, unknown>>, error: string][] = [
      [{ grant_type: 'password', client_id: clientId, client_secret: clientSecret }, 'unsupported_grant_type'],
      [{ client_secret: clientSecret }, 'invalid_request'],
      [{ client_id: clientId }, 'invalid_request'],
      [{ client_id: [clientId, clientId], client_secret: clientSecret }, 'invalid_request'],
      [{ client_id: clientId, client_assertion: 'x', client_assertion_type: 'other' }, 'invalid_request'],
    ];
    for (const [form, expected] of wrong) {
      const { status, error } = await ask(form);
      assert.deepEqual([status, error], [400, expected]);
    }
  });

  test('may what its owner may at that moment, and no more', async (t) => {
    const { ines, make, person, withSecret, call } = await start(t);
    const omar = await person(ines, 'omar@marlowe.example', ['READ_ONLY_ADMINISTRATOR']);
    const { token } = await withSecret(await make(omar));
    assert.equal((await call(token)).status, 200);
    const made = await call(token, 'POST', '/api/v1/users', { email: 'eve@example.com', displayName: 'Eve' });
    assert.equal(made.status, 403);
    const id = (await omar.get('/api/v1/session')).textAt('user', 'id');
    await ines.post(`/api/v1/users/${id}`, { roles: [] });
    assert.equal((await call(token)).status, 403);
  });

  test('stops at once when it is revoked, with every token it was exchanged for', async (t) => {
    const { ines, make, withSecret, call, log } = await start(t);
    const key = await make(ines);
    const { token } = await withSecret(key);
    const gone = await ines.delete(`/api/v1/iam/personal_clients/${encodeURIComponent(key.clientId)}`);
    assert.equal(gone.status, 200);
    assert.equal((await call(token)).status, 401);
    assert.equal((await withSecret(key)).status, 401);
    assert.deepEqual((await ines.get('/api/v1/iam/personal_clients')).at('list'), []);
    assert.deepEqual((await log()).slice(-3), [
      'Ines Castellanos: api_key.created Export script',
      'Ines Castellanos: api_key.first_used Export script',
      'Ines Castellanos: api_key.revoked Export script',
    ]);
  });

  test('stops at once when its owner is disabled', async (t) => {
    const { ines, make, person, withSecret, call } = await start(t);
    const omar = await person(ines, 'omar@marlowe.example', ['CONNECTOR_ADMINISTRATOR']);
    const key = await make(omar);
    const { token } = await withSecret(key);
    await ines.post(`/api/v1/users/${(await omar.get('/api/v1/session')).textAt('user', 'id')}/disable`);
    assert.equal((await call(token)).status, 401);
    assert.equal((await withSecret(key)).status, 401);
  });

  test('stays revoked when its owner is enabled again, as the system log says', async (t) => {
    const { ines, make, person, withSecret, call, store } = await start(t);
    const omar = await person(ines, 'omar@marlowe.example', ['CONNECTOR_ADMINISTRATOR']);
    const [first, second, other] = [await make(omar), await make(omar), await make(ines)];
    const { token } = await withSecret(first);
    const address = `/api/v1/users/${(await omar.get('/api/v1/session')).textAt('user', 'id')}`;
    assert.equal((await ines.post(`${address}/disable`)).status, 200);
    const listed = await ines.get('/api/v1/iam/personal_clients');
    assert.deepEqual([listed.textAt('list', 0, 'clientId'), listed.at('list', 1)], [other.clientId, undefined]);
    assert.equal((await ines.post(`${address}/enable`)).status, 200);
    assert.equal((await call(token)).status, 401);
    for (const key of [first, second]) assert.equal((await withSecret(key)).status, 401);
    const revoked = await store.db
      .selectFrom('audit_log')
      .select('target_id')
      .where('action', '=', 'api_key.revoked')
      .execute();
    assert.equal(revoked.length, 2);
    assert.deepEqual(new Set(revoked.map(({ target_id }) => target_id)), new Set([first.clientId, second.clientId]));
  });

  test('stops when its time is over, and one without an end does not', async (t) => {
    const { ines, make, withSecret, call, clock } = await start(t);
    const [short, endless] = [await make(ines, 30), await make(ines, null)];
    clock.advance(30 * DAY_MS - 1000);
    const { token } = await withSecret(short);
    assert.equal((await call(token)).status, 200);
    clock.advance(1000);
    assert.equal((await call(token)).status, 401);
    assert.equal((await withSecret(short)).status, 401);
    assert.equal((await withSecret(endless)).status, 200);
  });

  test('remembers when it was last used', async (t) => {
    const { ines, make, withSecret, call, clock } = await start(t);
    const used = async () => (await ines.get('/api/v1/iam/personal_clients')).at('list', 0, 'lastUsedAt');
    const key = await make(ines);
    assert.equal(await used(), null);
    const { token } = await withSecret(key);
    clock.advance(60_000);
    await call(token);
    assert.equal(await used(), new Date(clock.now()).toISOString());
  });

  test('cannot make another one, nor change the password of its owner', async (t) => {
    const { ines, make, withSecret, call } = await start(t);
    const { token } = await withSecret(await make(ines));
    const another = { displayName: 'Forever', expiresInDays: null };
    assert.equal((await call(token, 'POST', '/api/v1/iam/personal_clients', another)).status, 403);
    const change = { currentPassword: 'four brown horses run', newPassword: 'seven green bottles hang' };
    assert.equal((await call(token, 'POST', '/api/v1/session/password', change)).status, 403);
    assert.equal((await call(token, 'GET', '/api/v1/session')).status, 401);
  });

  test('of somebody else is seen and revoked by a Super Administrator only', async (t) => {
    const { ines, make, person } = await start(t);
    const omar = await person(ines, 'omar@marlowe.example', ['READ_ONLY_ADMINISTRATOR']);
    const [hers, his] = [await make(ines), await make(omar)];
    const seen = async (browser: Browser) => {
      const { text } = await browser.get('/api/v1/iam/personal_clients');
      return [hers, his].filter(({ clientId }) => text.includes(clientId)).length;
    };
    assert.deepEqual([await seen(ines), await seen(omar)], [2, 1]);
    const path = ({ clientId }: Credential) => `/api/v1/iam/personal_clients/${encodeURIComponent(clientId)}`;
    assert.equal((await omar.delete(path(hers))).status, 404);
    assert.equal((await ines.delete(path(his))).status, 200);
  });
});

describeOnStores('an access token', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const made = await ines.post('/api/v1/iam/personal_clients', { displayName: 'Script', expiresInDays: 30 });
    const clientId = made.textAt('client', 'clientId');
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: made.textAt('clientSecret') };
    const { body } = await world.services.answerTokenRequest(form, anonymous().context);
    const call = async (authorization: string, browser = world.browser()): Promise<number> =>
      (await browser.post('/api/v1/search/users', {}, { authorization })).status;
    const sign = async (claims: object, key: Uint8Array): Promise<string> =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key);
    return { ...world, ines, clientId, token: String(body['access_token']), call, sign };
  };

  test('ends after an hour', async (t) => {
    const { token, call, clock } = await start(t);
    clock.advance(59 * 60_000);
    assert.equal(await call(`Bearer ${token}`), 200);
    clock.advance(60_000);
    assert.equal(await call(`Bearer ${token}`), 401);
  });

  test('is refused when it is forged', async (t) => {
    const { token, call, clientId, clock, sign, store, box } = await start(t);
    const exp = Math.floor(clock.now() / 1000) + 3600;
    const key = new TokenKey(store, box, clock);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const forged: readonly [what: string, token: string][] = [
      ['signed with another key', await sign({ sub: clientId, aud: 'console-api', exp }, randomBytes(32))],
      [
        'of the key for another purpose',
        await sign({ sub: clientId, aud: 'console-api', exp }, await key.for('OpenID Connect flow')),
      ],
      ['for another audience', await sign({ sub: clientId, aud: 'baton-service', exp }, await key.for('access token'))],
      ['without an end', await sign({ sub: clientId, aud: 'console-api' }, await key.for('access token'))],
      ['for nobody', await sign({ aud: 'console-api', exp }, await key.for('access token'))],
      [
        'for a key that there is not',
        await sign({ sub: 'x@y/pcc', aud: 'console-api', exp }, await key.for('access token')),
      ],
      ['unsigned', `${none}.${payload}.`],
      ['with another signature', `${head}.${payload}.${signature.slice(0, -4)}AAAA`],
      ['with another head', `${none}.${payload}.${signature}`],
      ['that is no token', 'x'],
    ];
    for (const [what, each] of forged) assert.equal(await call(`Bearer ${each}`), 401, what);
    assert.equal(await call(`Basic ${token}`), 401);
  });

  test('that is wrong is not made good by a cookie beside it', async (t) => {
    const { ines, call } = await start(t);
    assert.equal(await call('Bearer x.y.z', ines), 401);
  });

  test('goes before a cookie: the request is the one of the key', async (t) => {
    const { ines, token, store } = await start(t);
    const made = await ines.post(
      '/api/v1/users',
      { email: 'omar@marlowe.example', displayName: 'Omar' },
      { authorization: `Bearer ${token}` },
    );
    assert.equal(made.status, 200);
    const [last] = await store.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1).execute();
    assert.equal(last?.actor_kind, 'API_KEY');
  });

  test('is good for every process of the console', async (t) => {
    const { token, store, box, clock } = await start(t);
    const other = await startWorld(t, store, { box, clock });
    const { status } = await other.browser().post('/api/v1/search/users', {}, { authorization: `Bearer ${token}` });
    assert.equal(status, 200);
  });
});

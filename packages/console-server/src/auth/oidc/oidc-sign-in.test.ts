import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { anonymous, Browser, lastToken, PUBLIC_URL, startWorld } from '../../people/testing/world.ts';
import { saveSecret } from '../../settings/secrets.ts';
import { writeSetting } from '../../settings/settings.ts';
import { describeOnStores } from '../../testing/with-stores.ts';
import { CLIENT_ID, CLIENT_SECRET, startProvider } from '../testing/oidc-provider.ts';
import { safeReturnTo } from './oidc-flow.ts';
import { checkIssuer, oidcSecret, oidcSetting, redirectUriOf } from './oidc-settings.ts';

const INES = 'ines@marlowe.example';
const verified = { email: 'Ines@Marlowe.example', email_verified: true, name: 'Ines C.' };

describeOnStores('signing in through OpenID Connect', (open) => {
  const start = async (
    t: TestContext,
    {
      createPeople = false,
      secret = CLIENT_SECRET,
      allowPrivate = true,
    }: { readonly createPeople?: boolean; readonly secret?: string; readonly allowPrivate?: boolean } = {},
  ) => {
    const provider = await startProvider(t, redirectUriOf(PUBLIC_URL));
    const problems: unknown[] = [];
    const world = await startWorld(t, await open(t), {
      allowPrivateIssuer: allowPrivate,
      reportSignInProblem: (_problem, cause) => void problems.push(cause),
    });
    const ines = await world.firstPerson(INES);
    const save = (settings: { readonly issuer: string } | null) =>
      world.store.transaction(async (trx) => {
        const value = settings && { ...settings, displayName: 'Marlowe ID', clientId: CLIENT_ID, createPeople };
        await writeSetting(trx, oidcSetting, value, 1);
        await saveSecret(trx, world.box, { ...oidcSecret, value: secret, savedBy: 'Ines', nowMs: 1 });
      });
    await save({ issuer: provider.issuer });

    /** A browser that begins to sign in. `finish` is what happens when the provider sends it back. */
    const begin = async (returnTo = '/apps') => {
      const browser = world.browser();
      const { context, cookies } = anonymous();
      const location = await world.services.oidc.start(new URLSearchParams({ return_to: returnTo }), context);
      for (const cookie of cookies) browser.keep(cookie);
      const finish = async (back: URL, from: Browser = browser): Promise<string> => {
        const { context, cookies } = anonymous();
        const request = { method: 'GET', headers: { cookie: from.cookieHeader } };
        const to = await world.services.oidc.callback(request, back.searchParams, context);
        for (const cookie of cookies) from.keep(cookie);
        return to;
      };
      return { browser, location, cookies, finish };
    };
    const signIn = async (returnTo?: string) => {
      const { browser, location, finish } = await begin(returnTo);
      const to = location.startsWith('/') ? location : await finish(await provider.visit(location));
      const session = await browser.get('/api/v1/session');
      return { to, browser, who: session.status === 200 ? session.textAt('user', 'email') : undefined, session };
    };
    return { ...world, provider, ines, save, begin, signIn, problems };
  };

  test('finds the person by the verified address, and goes on to the page that was asked for', async (t) => {
    const { provider, signIn, log, browser } = await start(t);
    provider.claims = verified;
    assert.equal((await browser().get('/api/v1/sign-in-options')).textAt('oidc', 'startUrl'), '/auth/oidc/start');
    const { to, who } = await signIn('/apps?type=managed');
    assert.deepEqual([to, who], ['/apps?type=managed', INES]);
    assert.equal((await log()).at(-1), 'Ines Castellanos: session.opened Ines Castellanos');
  });

  test('asks with PKCE, state and nonce for a code, and tells the browser nothing to read', async (t) => {
    const { begin } = await start(t);
    const { location, cookies } = await begin();
    const asked = new URL(location).searchParams;
    assert.equal(asked.get('response_type'), 'code');
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.equal(asked.get('redirect_uri'), 'https://console.example.com/auth/oidc/callback');
    const [cookie = ''] = cookies;
    assert.match(cookie, /^__Host-console-oidc=.*; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.match(asked.get(name) ?? '', /^[\w-]{43}$/);
      assert.equal(cookie.includes(asked.get(name) ?? 'none'), false);
    }
  });

  test('does not believe what another key has signed', async (t) => {
    const { provider, signIn } = await start(t);
    provider.claims = verified;
    provider.hasForeignKeys = true;
    assert.equal((await signIn()).to, '/sign-in?error=not_trusted');
  });

  const refused: readonly [what: string, claims: Readonly<Record<string, unknown>>, problem: string][] = [
    ['whose address is not verified', { ...verified, email_verified: false }, 'email_not_verified'],
    ['of whose address the provider says nothing', { email: INES }, 'email_not_verified'],
    ['without an address', { name: 'Ines' }, 'email_not_verified'],
    ['who is not in the directory', { ...verified, email: 'eve@example.com' }, 'not_in_directory'],
  ];
  for (const [what, claims, problem] of refused) {
    test(`refuses somebody ${what}`, async (t) => {
      const { provider, signIn, store } = await start(t);
      provider.claims = claims;
      const { to, who } = await signIn();
      assert.deepEqual([to, who], [`/sign-in?error=${problem}`, undefined]);
      assert.equal((await store.db.selectFrom('people').selectAll().execute()).length, 1);
    });
  }

  test('adds people as basic users when the setting says so', async (t) => {
    const { provider, signIn, log } = await start(t, { createPeople: true });
    provider.claims = { ...verified, email: 'Omar@Marlowe.example', name: ' Omar Haddad ' };
    const { who, session } = await signIn();
    assert.equal(who, 'omar@marlowe.example');
    assert.equal(session.at('user', 'displayName'), 'Omar Haddad');
    assert.equal(session.at('user', 'origin'), 'OIDC');
    assert.deepEqual(session.at('user', 'roles'), ['BASIC_USER']);
    assert.deepEqual(session.at('permissions'), []);
    assert.ok((await log()).includes('Not signed in: person.created Omar Haddad'));
  });

  test('refuses a disabled person', async (t) => {
    const { ines, provider, signIn, person } = await start(t, { createPeople: true });
    const omar = await person(ines, 'omar@marlowe.example');
    await ines.post(`/api/v1/users/${(await omar.get('/api/v1/session')).textAt('user', 'id')}/disable`);
    provider.claims = { ...verified, email: 'omar@marlowe.example' };
    assert.equal((await signIn()).to, '/sign-in?error=disabled');
  });

  test('ends an invitation that is still in the mailbox', async (t) => {
    const { ines, provider, signIn, mails, browser } = await start(t);
    await ines.post('/api/v1/users', { email: 'omar@marlowe.example', displayName: 'Omar', invite: true });
    provider.claims = { ...verified, email: 'omar@marlowe.example' };
    assert.equal((await signIn()).who, 'omar@marlowe.example');
    const check = await browser().post('/api/v1/invitations/check', { token: lastToken(mails) });
    assert.equal(check.at('valid'), false);
  });

  test('says so when the person does not agree at the provider', async (t) => {
    const { provider, signIn } = await start(t);
    provider.agrees = false;
    assert.equal((await signIn()).to, '/sign-in?error=cancelled');
  });

  test('ends only in the browser that began it', async (t) => {
    const { provider, begin, browser } = await start(t);
    provider.claims = verified;
    const { location, finish } = await begin();
    const back = await provider.visit(location);
    const victim = browser();
    assert.equal(await finish(back, victim), '/sign-in?error=expired');
    assert.equal(victim.cookies.size, 0);
  });

  test('does not take the answer to another sign-in of the same browser', async (t) => {
    const { provider, begin } = await start(t);
    provider.claims = verified;
    const attacker = await begin();
    const victim = await begin();
    const back = await provider.visit(attacker.location);
    assert.equal(await victim.finish(back), '/sign-in?error=expired');
  });

  test('does not take a code with the state put right by hand', async (t) => {
    const { provider, begin } = await start(t);
    provider.claims = verified;
    const attacker = await begin();
    const victim = await begin();
    const back = await provider.visit(attacker.location);
    back.searchParams.set('state', new URL(victim.location).searchParams.get('state') ?? '');
    assert.equal(await victim.finish(back), '/sign-in?error=not_trusted');
  });

  test('does not take the same answer twice', async (t) => {
    const { provider, begin } = await start(t);
    provider.claims = verified;
    const { browser, location, finish } = await begin();
    const saved = browser.cookieHeader;
    const back = await provider.visit(location);
    assert.equal(await finish(back), '/apps');
    const again = new Browser('');
    again.keep(saved);
    assert.equal(await finish(back, again), '/sign-in?error=not_trusted');
  });

  test('ends after ten minutes', async (t) => {
    const { provider, begin, clock } = await start(t);
    provider.claims = verified;
    const { location, finish } = await begin();
    const back = await provider.visit(location);
    clock.advance(10 * 60_000);
    assert.equal(await finish(back), '/sign-in?error=expired');
  });

  test('does not go on to another site', async (t) => {
    const { provider, signIn } = await start(t);
    provider.claims = verified;
    assert.equal((await signIn('//evil.example')).to, '/');
  });

  test('says that it is not set up while it is not', async (t) => {
    const { save, signIn, browser } = await start(t);
    await save(null);
    assert.equal((await signIn()).to, '/sign-in?error=not_set_up');
    assert.equal((await browser().get('/api/v1/sign-in-options')).at('oidc'), null);
  });

  test('says that the provider does not trust the console when the secret is wrong', async (t) => {
    const { provider, signIn, problems } = await start(t, { secret: 'another' });
    provider.claims = verified;
    assert.equal((await signIn()).to, '/sign-in?error=not_trusted');
    assert.equal(problems.length, 1);
  });

  test('does not connect to this machine unless that is allowed', async (t) => {
    const { provider, signIn } = await start(t, { allowPrivate: false });
    assert.equal((await signIn()).to, '/sign-in?error=provider_unreachable');
    assert.deepEqual(provider.asked, []);
  });

  test('does not follow a provider that sends it elsewhere', async (t) => {
    const { save, signIn, provider } = await start(t);
    const server = createServer((_request, response) => {
      response.writeHead(302, { location: `${provider.issuer}/.well-known/openid-configuration` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    await save({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    assert.equal((await signIn()).to, '/sign-in?error=provider_unreachable');
    assert.deepEqual(provider.asked, []);
  });

  test('does not read an endless answer', async (t) => {
    const { save, signIn } = await start(t);
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    await save({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    assert.equal((await signIn()).to, '/sign-in?error=provider_unreachable');
  });
});

const issuers: readonly [issuer: string, reason: RegExp][] = [
  ['http://id.example.com', /has to begin with https/],
  ['http://127.0.0.1.example.com', /has to begin with https/],
  ['ftp://id.example.com', /has to begin with https/],
  ['https://user:secret@id.example.com', /without a name, a password/],
  ['https://id.example.com/?tenant=1', /without a name, a password/],
  ['https://10.0.0.8', /inside this network/],
  ['https://169.254.169.254/latest', /tells its machines secrets/],
  ['https://[::1]:8443', /inside this network/],
  ['https://[::ffff:10.0.0.8]', /inside this network/],
  ['https://2130706433', /inside this network/],
  ['https://0x7f.1', /inside this network/],
  ['http://localhost:3000', /inside this network/],
];
for (const [issuer, reason] of issuers) {
  test(`${issuer} is refused as an issuer`, () => {
    assert.throws(() => checkIssuer(issuer, { allowPrivate: false }), reason);
  });
}

test('an issuer may be inside when that is allowed, and unencrypted on this machine only', () => {
  checkIssuer('https://id.example.com/realms/marlowe', { allowPrivate: false });
  checkIssuer('https://10.0.0.8', { allowPrivate: true });
  checkIssuer('http://localhost:3000', { allowPrivate: true });
  assert.throws(() => checkIssuer('http://10.0.0.8', { allowPrivate: true }), /has to begin with https/);
  for (const issuer of ['https://169.254.169.254', 'https://[::ffff:169.254.169.254]', 'https://2852039166']) {
    assert.throws(() => checkIssuer(issuer, { allowPrivate: true }), /tells its machines secrets/, issuer);
  }
});

for (const away of [
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/a\r\nset-cookie: x=1',
  '/\tevil.example',
  '/a\\b',
  '',
  null,
]) {
  test(`after a sign-in nobody is sent to ${JSON.stringify(away)}`, () => {
    assert.equal(safeReturnTo(away), '/');
  });
}

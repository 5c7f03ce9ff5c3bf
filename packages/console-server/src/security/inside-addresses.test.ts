import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { guardedFetch } from '../auth/oidc/guarded-fetch.ts';
import { oidcSetting } from '../auth/oidc/oidc-settings.ts';
import { writeSetting } from '../settings/settings.ts';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const oidc = { displayName: 'ID', clientId: 'console', createPeople: false };

/** Something inside the network, which must hear nothing. */
async function inside(t: TestContext) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/secret' }).end();
  });
  server.on('connection', () => asked.push('a connection'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

async function start(t: TestContext, allowPrivateIssuer: boolean) {
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  const whole = await startWholeConsole(t, store, { allowPrivateIssuer });
  const ines = await whole.person('ines', 'SUPER_ADMINISTRATOR');
  const admin = await whole.signedIn(ines);
  const signIn = async () =>
    (await fetch(`${whole.url}/auth/oidc/start`, { redirect: 'manual' })).headers.get('location');
  return { ...whole, ines, admin, signIn };
}

describe('a sign-in provider inside the network', () => {
  test('is not taken as a setting, however its address is written', async (t) => {
    const { admin } = await start(t, false);
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      '10.0.0.8',
      '169.254.169.254',
    ]) {
      const { status } = await admin.post('/api/v1/settings/oidc', { oidc: { ...oidc, issuer: `https://${host}` } });
      assert.equal(status, 400, host);
    }
  });

  test('hears nothing where its address came into the settings all the same', async (t) => {
    const { store, signIn, clock } = await start(t, false);
    const { asked, port } = await inside(t);
    for (const host of ['127.0.0.1', 'localhost']) {
      const value = { ...oidc, issuer: `http://${host}:${port}` };
      await store.transaction((trx) => writeSetting(trx, oidcSetting, value, clock.now()));
      assert.equal(await signIn(), '/sign-in?error=provider_unreachable');
    }
    assert.deepEqual(asked, []);
  });

  test('is taken where the start of the console allows it, and is followed nowhere', async (t) => {
    const { admin, signIn } = await start(t, true);
    const { asked, port } = await inside(t);
    const issuer = `http://127.0.0.1:${port}`;
    assert.equal((await admin.post('/api/v1/settings/oidc', { oidc: { ...oidc, issuer } })).status, 200);
    assert.equal(await signIn(), '/sign-in?error=provider_unreachable');
    assert.deepEqual(asked, ['a connection', '/.well-known/openid-configuration']);
  });

  test('is never where clouds tell secrets, whatever is allowed', async (t) => {
    const { admin } = await start(t, true);
    for (const host of ['169.254.169.254', '2852039166', '0xa9fea9fe', '[::ffff:169.254.169.254]', '[fe80::1]']) {
      const { status, text } = await admin.post('/api/v1/settings/oidc', {
        oidc: { ...oidc, issuer: `https://${host}` },
      });
      assert.deepEqual([status, /tells its machines secrets/.test(text)], [400, true], host);
    }
  });
});

// The keys, the tokens and the person are asked for with the same fetch, at the addresses that the provider names.
describe('what the documents of a provider name', () => {
  const options = { method: 'GET', headers: {}, body: null, redirect: 'manual' } as const;

  test('is not connected to where it is inside, by address or by a name that leads there', async (t) => {
    const { asked, port } = await inside(t);
    const fetchGuarded = guardedFetch({ allowPrivate: false });
    for (const host of ['127.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', 'localhost']) {
      await assert.rejects(() => fetchGuarded(`http://${host}:${port}/keys`, options), /is inside this network/, host);
    }
    assert.deepEqual(asked, []);
  });

  test('is not connected to where clouds tell secrets, also where the inside is allowed', async () => {
    const fetchGuarded = guardedFetch({ allowPrivate: true });
    for (const host of ['169.254.169.254', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]']) {
      await assert.rejects(
        () => fetchGuarded(`http://${host}/latest/meta-data`, options),
        /tells its machines secrets/,
      );
    }
  });
});

test('no setting of a hosted connector names an address, a file or a program', async (t) => {
  const { admin, ines } = await start(t, false);
  const made = await admin.post('/api/v1/connectors/create', {
    catalogId: 'sendgrid',
    displayName: 'SendGrid',
    app: { kind: 'new', displayName: 'SendGrid' },
    userIds: [ines.id],
  });
  assert.equal(made.status, 200, made.text);
  const path = `/api/v1/apps/${made.textAt('connector', 'appId')}/connectors/${made.textAt('connector', 'id')}/config`;
  for (const name of [
    'sendgrid-base-url',
    'otel-collector-endpoint',
    'client-id',
    'file',
    'log-file',
    'node-options',
    'http-proxy',
  ]) {
    const values = await admin.post(path, { values: { [name]: 'http://127.0.0.1:9' }, secrets: {} });
    assert.deepEqual([values.status, /There is no such setting/.test(values.text)], [400, true], name);
    const secrets = await admin.post(path, { values: {}, secrets: { [name]: 'http://127.0.0.1:9' } });
    assert.deepEqual([secrets.status, /There is no such secret/.test(secrets.text)], [400, true], name);
  }
});

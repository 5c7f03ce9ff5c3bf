import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSimulator } from 'sendgrid-simulator';
import { freePort, startProgram } from './testing/programs.ts';

type Json = Readonly<Record<string, unknown>>;
type Ask = (method: string, path: string, body?: object) => Promise<Json>;

const asJson = (value: unknown): Json => {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
};
const rows = (answer: Json): readonly Json[] => {
  assert.ok(Array.isArray(answer['list']));
  return answer['list'];
};
const list = (value: unknown): readonly unknown[] => {
  assert.ok(Array.isArray(value) && value.length > 0);
  return value;
};
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).find(([name]) => name === key)?.[1]
        : undefined,
    value,
  );
const text = (value: unknown, ...path: readonly string[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
};

/** The console with a synced SendGrid app, asked by a script: a client id and a secret, no session, no cookie. */
async function start(t: TestContext) {
  const simulator = await startSimulator();
  t.after(() => simulator.close());
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const console = startProgram(t, 'console', [], {
    CONSOLE_DATA_DIR: mkdtempSync(join(tmpdir(), 'console-scripts-')),
    CONSOLE_HTTP_PORT: String(port),
    CONSOLE_CONNECTOR_PORT: String(await freePort()),
    CONSOLE_SENDGRID_BASE_URL: simulator.url,
  });
  const [, token] = await console.says(/#(\S+)/);
  const call = async (headers: Record<string, string>, method: string, path: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = asJson(await response.json());
    assert.equal(response.status, 200, `${method} ${path}: ${JSON.stringify(answer)}`);
    return { answer, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  };
  const admin = { email: 'ines@northwind.example', displayName: 'Ines', password: 'four brown horses run' };
  const { cookie } = await call({}, 'POST', '/api/v1/setup', { token, ...admin });
  const session = (await call({ cookie }, 'GET', '/api/v1/session')).answer;
  const browser = { cookie, 'x-csrf-token': text(session, 'csrfToken') };
  const made = await call(browser, 'POST', '/api/v1/iam/personal_clients', {
    displayName: 'script',
    expiresInDays: 30,
  });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: text(made.answer, 'client', 'clientId'),
    client_secret: text(made.answer, 'clientSecret'),
  });
  const granted: unknown = await (await fetch(`${url}/auth/v1/token`, { method: 'POST', body: form })).json();
  const headers = { authorization: `Bearer ${text(granted, 'access_token')}` };
  const ask: Ask = async (method, path, body) => (await call(headers, method, path, body)).answer;

  const { connector } = await ask('POST', '/api/v1/connectors/create', {
    catalog_id: 'sendgrid',
    display_name: 'Twilio SendGrid',
    app: { kind: 'new', displayName: 'SendGrid' },
    user_ids: [text(await ask('GET', '/api/v1/auth/introspect'), 'userId')],
  });
  const appId = text(connector, 'appId');
  const path = `/api/v1/apps/${appId}/connectors/${text(connector, 'id')}`;
  await ask('POST', `${path}/config`, { values: {}, secrets: { 'sendgrid-api-key': simulator.apiKey } });
  for (;;) {
    const status = text(await ask('GET', path), 'connectorView', 'connector', 'status', 'status');
    if (status === 'SYNC_STATUS_DONE')
      return { ask, appId, url, clientId: form.get('client_id'), clientSecret: form.get('client_secret') };
    assert.ok(['SYNC_STATUS_RUNNING', 'SYNC_STATUS_UNSPECIFIED'].includes(status), status);
  }
}

test('a script reads apps, accounts, entitlements, grants, connectors and people as the clients of C1 do', async (t) => {
  const script = await start(t);
  const { ask, appId } = script;

  await t.test('an app has its owners and the number of its accounts', async () => {
    const [app] = rows(await ask('GET', '/api/v1/apps'));
    assert.equal(text(app, 'id'), appId);
    assert.equal(text(app, 'identityMatching'), 'APP_USER_IDENTITY_MATCHING_STRICT');
    assert.ok(Number(text(app, 'userCount')) > 60);
  });

  await t.test('all accounts come page by page, each as an appUser', async () => {
    const seen = new Set<string>();
    let pageToken = '';
    do {
      const page = await ask(
        'GET',
        `/api/v1/apps/${appId}/app_users?page_size=25&page_token=${encodeURIComponent(pageToken)}`,
      );
      for (const row of rows(page)) {
        assert.equal(text(row, 'appUser', 'appId'), appId);
        assert.match(text(row, 'appUser', 'status', 'status'), /^STATUS_(ENABLED|DISABLED)$/);
        seen.add(text(row, 'appUser', 'id'));
      }
      pageToken = text(page, 'nextPageToken');
    } while (pageToken !== '');
    const [app] = rows(await ask('POST', '/api/v1/search/apps', {}));
    assert.equal(seen.size, Number(text(app, 'userCount')));
  });

  await t.test('an entitlement is found by its slug, and its holders are listed', async () => {
    const [row] = rows(
      await ask('POST', '/api/v1/search/entitlements', { query: 'api_keys.create', app_ids: [appId] }),
    );
    const entitlementId = text(row, 'appEntitlement', 'id');
    const holders = rows(await ask('GET', `/api/v1/apps/${appId}/entitlements/${entitlementId}/users?page_size=100`));
    assert.equal(holders.length, Number(text(row, 'appEntitlement', 'grantCount')));
    assert.match(text(holders[0], 'appUser', 'appUser', 'email'), /@/);
  });

  await t.test('grants name the entitlement and the account', async () => {
    const [row] = rows(await ask('POST', '/api/v1/search/grants', { app_ids: [appId] }));
    assert.equal(
      text(row, 'appEntitlementUserBinding', 'appEntitlementId'),
      text(row, 'entitlement', 'appEntitlement', 'id'),
    );
    assert.equal(text(row, 'appEntitlementUserBinding', 'appUserId'), text(row, 'appUser', 'appUser', 'id'));
  });

  await t.test('a search with a filter that is not known is refused, not answered without it', async () => {
    await assert.rejects(ask('POST', '/api/v1/search/app_users', { appUserDomains: ['x.example'] }), /appUserDomains/);
  });

  await t.test('connectors, resource types and people are there', async () => {
    const [connector] = rows(await ask('GET', `/api/v1/apps/${appId}/connectors`));
    assert.equal(text(connector, 'connector', 'displayName'), 'Twilio SendGrid');
    const types = rows(await ask('GET', `/api/v1/apps/${appId}/resource_types`));
    assert.ok(types.some((type) => text(type, 'appResourceType', 'displayName') !== ''));
    const [user] = rows(await ask('GET', '/api/v1/users'));
    assert.equal(text(user, 'user', 'email'), 'ines@northwind.example');
  });

  await t.test('the Python client that ConductorOne publishes reads the same', async (t) => {
    const python = process.env['C1_CLIENT_PYTHON'] ?? 'python3';
    const isThere = spawnSync(python, ['-c', 'import conductorone_sdk']).status === 0;
    if (!isThere) return t.skip('the Python package conductorone-sdk is not installed');
    const { url, clientId, clientSecret } = script;
    const client = spawn(python, [fileURLToPath(new URL('testing/read-as-official-client.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    client.stdin.end(JSON.stringify({ url, appId, clientId, clientSecret }));
    const read = asJson(await json(client.stdout));
    assert.deepEqual(read['apps'], ['SendGrid']);
    assert.deepEqual(read['connectors'], ['Twilio SendGrid']);
    assert.deepEqual(read['users'], ['ines@northwind.example']);
    assert.equal(text(read, 'entitlement'), 'Create API keys');
    assert.equal(list(read['holders']).length, read['grantCount']);
    assert.ok(list(read['accounts']).every((name) => name !== null && name !== ''));
    assert.ok(list(read['grants']).every((name) => name !== null && name !== ''));
  });
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Authenticated } from '../auth/authentication.ts';
import { silentLogger } from '../logger.ts';
import { createServer, type HttpServerOptions } from './create-server.ts';
import type { Routes } from './route.ts';

const PUBLIC_URL = 'https://console.example.com';
const ID = '2abcdefghijklmnopqrstuvwxyz';

const admin: Authenticated = {
  actor: { kind: 'PERSON', id: ID, displayName: 'Ines Castellanos', roles: ['SUPER_ADMINISTRATOR'] },
  session: { hash: 'hash', csrfToken: 'the-csrf-token' },
};
const basic: Authenticated = { ...admin, actor: { ...admin.actor, roles: ['BASIC_USER'] } };
const apiKey: Authenticated = { actor: { ...admin.actor, kind: 'API_KEY' } };

const organization = { displayName: 'Marlowe Goods', trustedDomains: [], complianceFrameworks: [] };
const routes: Routes = {
  'GET /api/v1/sign-in-options': {
    access: 'anybody',
    handle: async () => ({ oidc: null, setupNeeded: false, instanceName: '' }),
  },
  'GET /api/v1/settings/organization': { access: ['settings.read'], handle: async () => organization },
  'POST /api/v1/settings/organization': {
    access: ['settings.manage'],
    handle: async ({ body: { displayName = organization.displayName } }) => ({ ...organization, displayName }),
  },
};

async function serve(t: TestContext, options: Partial<HttpServerOptions> & { readonly who?: Authenticated } = {}) {
  const { who, ...rest } = options;
  const app = createServer({
    routes,
    authentication: { authenticate: async () => who },
    publicUrl: new URL(PUBLIC_URL),
    logger: silentLogger,
    ...rest,
  });
  t.after(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { origin: PUBLIC_URL, 'x-csrf-token': 'the-csrf-token', ...headers, ...jsonType(body) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return { url, call, get: (path: string) => call('GET', path) };
}

const jsonType = (body: unknown) => (body === undefined ? {} : { 'content-type': 'application/json' });

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const failing = (error: unknown): Routes => ({
  'GET /api/v1/settings/organization': {
    access: ['settings.read'],
    handle: async () => {
      throw error;
    },
  },
});

test('a route answers with what its handler says', async (t) => {
  const { get } = await serve(t, { who: admin });
  const { status, json } = await get('/api/v1/settings/organization');
  assert.deepEqual([status, json], [200, organization]);
});

test('nobody gets to a route that needs a session', async (t) => {
  const { get } = await serve(t);
  const { status, json } = await get('/api/v1/settings/organization');
  assert.deepEqual([status, json['code']], [401, 'Unauthenticated']);
});

test('a route that is open to anybody needs no session', async (t) => {
  const { get } = await serve(t);
  assert.equal((await get('/api/v1/sign-in-options')).status, 200);
});

test('a role without the permission is refused', async (t) => {
  const { get } = await serve(t, { who: basic });
  const { status, json } = await get('/api/v1/settings/organization');
  assert.deepEqual([status, json['code']], [403, 'PermissionDenied']);
});

test('a change without the token of the session is refused', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status } = await call('POST', '/api/v1/settings/organization', {}, { 'x-csrf-token': 'another' });
  assert.equal(status, 403);
});

test('a change from a page of another origin is refused', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status } = await call('POST', '/api/v1/settings/organization', {}, { origin: 'https://evil.example' });
  assert.equal(status, 403);
});

test('an API key needs no such token', async (t) => {
  const { url } = await serve(t, { who: apiKey });
  const response = await fetch(`${url}/api/v1/settings/organization`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  assert.equal(response.status, 200);
});

test('a field that is wrong is named by its path', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status, json } = await call('POST', '/api/v1/settings/organization', {
    displayName: ' ',
    trustedDomains: ['a', 7],
  });
  assert.equal(status, 400);
  assert.deepEqual(Object.keys(json['fields'] as object), ['displayName', 'trustedDomains.1']);
});

test('a body may have its fields in snake case', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { json } = await call('POST', '/api/v1/settings/organization', { display_name: 'Another name' });
  assert.equal(json['displayName'], 'Another name');
});

test('an answer tells the request id that the log has', async (t) => {
  const { get } = await serve(t);
  const { headers, json } = await get('/api/v1/settings/organization');
  assert.match(String(json['requestId']), /^req_[0-9a-f]{16}$/);
  assert.equal(headers.get('x-request-id'), json['requestId']);
});

test('an error that people can act on is told with its status', async (t) => {
  const error = new BatonError(Code.NotFound, 'There is no app 7.');
  const { get } = await serve(t, { who: admin, routes: failing(error) });
  const { status, json } = await get('/api/v1/settings/organization');
  assert.deepEqual([status, json['code'], json['message']], [404, 'NotFound', 'There is no app 7.']);
});

test('an error with a time to come back says so', async (t) => {
  const error = new BatonError(Code.ResourceExhausted, 'Too many attempts.', { retryAfterMs: 1500 });
  const { get } = await serve(t, { who: admin, routes: failing(error) });
  const { status, headers } = await get('/api/v1/settings/organization');
  assert.deepEqual([status, headers.get('retry-after')], [429, '2']);
});

test('of an unexpected error nothing is told but the request id', async (t) => {
  const { get } = await serve(t, { who: admin, routes: failing(new Error('the password is hunter2')) });
  const { status, text } = await get('/api/v1/settings/organization');
  assert.equal(status, 500);
  assert.doesNotMatch(text, /hunter2/);
});

test('an answer that breaks the contract is an error', async (t) => {
  const broken = { ...organization, displayName: '' };
  const { get } = await serve(t, {
    who: admin,
    routes: { 'GET /api/v1/settings/organization': { access: 'signed-in', handle: async () => broken } },
  });
  assert.equal((await get('/api/v1/settings/organization')).status, 500);
});

test('an unknown address of the API is answered in the same shape', async (t) => {
  const { get } = await serve(t, { who: admin });
  const { status, json } = await get('/api/v1/nothing');
  assert.deepEqual([status, json['code']], [404, 'NotFound']);
});

test('a body that is not JSON is refused', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status, json } = await call('POST', '/api/v1/settings/organization', '{"displayName":');
  assert.deepEqual([status, json['message']], [400, 'The body is not JSON.']);
});

test('a body of another type is refused', async (t) => {
  const { url } = await serve(t, { who: apiKey });
  const response = await fetch(`${url}/api/v1/settings/organization`, { method: 'POST', body: 'displayName=x' });
  assert.equal(response.status, 415);
});

test('a body that would change prototypes is refused', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status } = await call('POST', '/api/v1/settings/organization', '{"__proto__":{"displayName":"x"}}');
  assert.equal(status, 400);
});

test('a body that is too large is refused', async (t) => {
  const { call } = await serve(t, { who: admin });
  const { status } = await call('POST', '/api/v1/settings/organization', { displayName: 'x'.repeat(1024 ** 2) });
  assert.equal(status, 413);
});

test('an address that cannot be decoded is answered with the same headers', async (t) => {
  const { get } = await serve(t, { who: admin });
  const { status, headers } = await get('/api/v1/apps/%E0%A4%A');
  assert.deepEqual([status, headers.get('x-content-type-options')], [400, 'nosniff']);
});

test('every answer forbids what the console does not need', async (t) => {
  const { get } = await serve(t);
  for (const path of ['/api/v1/sign-in-options', '/api/v1/settings/organization', '/nothing']) {
    const { headers } = await get(path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
    assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/);
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=15552000/);
  }
});

test('answers of the API are not kept by browsers', async (t) => {
  const { get } = await serve(t);
  assert.equal((await get('/api/v1/sign-in-options')).headers.get('cache-control'), 'no-store');
});

test('without https browsers are not told to insist on it', async (t) => {
  const { get } = await serve(t, { publicUrl: new URL('http://localhost:8080') });
  assert.equal((await get('/api/v1/sign-in-options')).headers.get('strict-transport-security'), null);
});

test('a handler hears that its caller went away', async (t) => {
  const heard = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const waiting: Routes = {
    'GET /api/v1/sign-in-options': {
      access: 'anybody',
      handle: async (_request, { signal }) => {
        signal.addEventListener('abort', () => heard.resolve());
        started.resolve();
        await heard.promise;
        return { oidc: null, setupNeeded: false, instanceName: '' };
      },
    },
  };
  const { url } = await serve(t, { routes: waiting });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /api/v1/sign-in-options HTTP/1.1\r\nHost: x\r\n\r\n');
  await started.promise;
  socket.destroy();
  await heard.promise;
});

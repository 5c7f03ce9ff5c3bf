import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '@baton-ts/connector-sdk';
import { open } from '../testing/open-connector.ts';
import { walk } from '../testing/walk.ts';

const { signal } = new AbortController();

test('a key that lacks a scope is refused by the name of the scope', async (t) => {
  const { connector } = await open(t, { keyScopes: ['mail.send'] });
  await assert.rejects(connector.validate({ signal }), { code: 7, message: /lacks teammates\.read\./ });
});

test('a key that may not ask about the account itself can sync', async (t) => {
  const { connector } = await open(t, {
    instead: ({ path }) => (path.startsWith('/v3/user/') ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(await connector.validate({ signal }), []);
});

test('changes need the scopes for changes', async (t) => {
  const { connector } = await open(t, { keyScopes: ['teammates.read'] }, {}, true);
  await assert.rejects(connector.validate({ signal }), {
    code: 7,
    message: /teammates\.create, teammates\.update, teammates\.delete/,
  });
});

test('a key that may only read is told every name that changes would need', async (t) => {
  const keyScopes = ['teammates.read', 'subusers.read', 'api_keys.read'];
  const { connector } = await open(t, { keyScopes }, { 'sync-api-keys': true }, true);
  await assert.rejects(connector.validate({ signal }), {
    code: 7,
    message:
      /lacks teammates\.create, teammates\.update, teammates\.delete\..*also need sso\.teammates\.create, sso\.teammates\.update, subusers\.update, api_keys\.delete\./,
  });
});

test('changes that the key cannot make are notes when it can make the others', async (t) => {
  const keyScopes = ['teammates.read', 'teammates.create', 'teammates.update', 'teammates.delete', 'subusers.read'];
  const { connector } = await open(t, { keyScopes }, {}, true);
  assert.deepEqual(await connector.validate({ signal }), [
    'SSO teammates can be read but not changed: the API key lacks sso.teammates.create, sso.teammates.update.',
    'Subusers can be read but not disabled or enabled: the API key lacks subusers.update.',
  ]);
});

test('a key without subusers.read is said at validation and not again', async (t) => {
  const { connector, warnings } = await open(t, {
    keyScopes: ['teammates.read'],
    instead: ({ path }) => (path === '/v3/subusers' ? { status: 403, body: '' } : undefined),
  });
  assert.match((await connector.validate({ signal })).join(), /Subusers are left out/);
  await walk(connector);
  assert.deepEqual(warnings, []);
});

test('a wrong key is refused with what to do', async (t) => {
  const { connector } = await open(t, { instead: () => ({ status: 401, body: '' }) });
  await assert.rejects(connector.validate({ signal }), {
    code: 16,
    message: /does not accept the API key.*make a new key/,
  });
});

test('an empty key is refused without a call', async (t) => {
  const { server, connector } = await open(t, {}, { 'sendgrid-api-key': new Secret('') });
  await assert.rejects(connector.validate({ signal }), { code: 16 });
  assert.deepEqual(server.paths, []);
});

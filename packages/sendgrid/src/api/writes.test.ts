import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/connector-sdk';
import { startClient } from '../testing/start-client.ts';
import { mayHaveHappened } from './errors.ts';
import {
  createSsoTeammate,
  deleteApiKey,
  deleteTeammate,
  invite,
  resendInvitation,
  setSubuserDisabled,
  setSubuserWebsiteAccess,
  updateSsoTeammate,
  updateTeammate,
  type Write,
  withdrawInvitation,
} from './writes.ts';

const { signal } = new AbortController();
const names = { firstName: 'Ann', lastName: 'Lee' };
const invitation = { token: 's3c/ret', email: 'ann@example.com' };
const brand = { username: 'brand', region: '' };

const writes: readonly (readonly [write: Write, path: string, body: unknown])[] = [
  [
    updateTeammate('a/b', { scopes: ['mail.send'], isAdmin: false }),
    'PATCH /v3/teammates/a%2Fb',
    { scopes: ['mail.send'], is_admin: false },
  ],
  [
    updateSsoTeammate('ann', names, { scopes: ['mail.send'] }),
    'PATCH /v3/sso/teammates/ann',
    { first_name: 'Ann', last_name: 'Lee', scopes: ['mail.send'] },
  ],
  [
    updateSsoTeammate('ann', names, { scopes: ['mail.send'], isAdmin: false }),
    'PATCH /v3/sso/teammates/ann',
    { first_name: 'Ann', last_name: 'Lee', scopes: ['mail.send'], is_admin: false },
  ],
  [
    updateSsoTeammate('ann', names, { isAdmin: true }),
    'PATCH /v3/sso/teammates/ann',
    { first_name: 'Ann', last_name: 'Lee', is_admin: true },
  ],
  [
    updateSsoTeammate('ann', names, {
      access: [
        { id: '7', permission_type: 'admin', scopes: [] },
        { id: '8', permission_type: 'restricted', scopes: ['mail.send'] },
      ],
    }),
    'PATCH /v3/sso/teammates/ann',
    {
      first_name: 'Ann',
      last_name: 'Lee',
      has_restricted_subuser_access: true,
      subuser_access: [
        { id: 7, permission_type: 'admin' },
        { id: 8, permission_type: 'restricted', scopes: ['mail.send'] },
      ],
    },
  ],
  [
    createSsoTeammate('ann@example.com', names, { persona: 'observer' }),
    'POST /v3/sso/teammates',
    { email: 'ann@example.com', first_name: 'Ann', last_name: 'Lee', persona: 'observer' },
  ],
  [deleteTeammate('ann'), 'DELETE /v3/teammates/ann', undefined],
  [
    invite('ann@example.com', { scopes: [], isAdmin: true }),
    'POST /v3/teammates',
    { email: 'ann@example.com', scopes: [], is_admin: true },
  ],
  [resendInvitation(invitation), 'POST /v3/teammates/pending/s3c%2Fret/resend', undefined],
  [withdrawInvitation(invitation), 'DELETE /v3/teammates/pending/s3c%2Fret', undefined],
  [deleteApiKey('k1'), 'DELETE /v3/api_keys/k1', undefined],
  [setSubuserDisabled('brand', true), 'PATCH /v3/subusers/brand', { disabled: true }],
  [setSubuserWebsiteAccess('brand', false), 'PATCH /v3/subusers/brand/website_access', { disabled: false }],
];

for (const [write, path, body] of writes) {
  test(`what is announced is what is sent: ${write.doing}`, async (t) => {
    const { server, client } = await startClient(t, () => ({}));
    await client.send(write, { signal });
    const { method, path: announced, body: shown } = write.announced;
    const [asked] = server.asked;
    assert.deepEqual(
      server.asked.map((one) => `${one.method} ${one.path}`),
      [path],
    );
    assert.equal(`${method} ${announced}`, path.replace('s3c%2Fret', '***'));
    assert.deepEqual(shown, body);
    assert.equal(asked?.body, body === undefined ? '' : JSON.stringify(body));
    assert.equal(asked.headers['content-type'], body === undefined ? undefined : 'application/json');
  });

  for (const [status, code] of [
    [400, Code.InvalidArgument],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.NotFound],
    [500, write.route.startsWith('/v3/sso/') ? Code.InvalidArgument : Code.Unavailable],
  ] as const) {
    test(`${status} says what was to be done, and the token is not shown: ${write.doing}`, async (t) => {
      const body = { errors: [{ message: 'because', field: null }] };
      const { server, client } = await startClient(t, () => ({ status, body }));
      await assert.rejects(client.send(write, { signal }), (error) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, code);
        assert.ok(error.message.includes(write.doing), error.message);
        assert.ok(!error.message.includes('s3c'), error.message);
        assert.equal(mayHaveHappened(error), status === 500);
        return true;
      });
      assert.equal(server.asked.length, 1);
    });
  }
}

test('409 is a conflict for a change and an existing thing for a create', async (t) => {
  const { client } = await startClient(t, () => ({ status: 409 }));
  await assert.rejects(client.send(updateTeammate('ann', { scopes: [], isAdmin: true }), { signal }), {
    code: Code.Aborted,
  });
  await assert.rejects(client.send(invite('a@b.c', { scopes: [], isAdmin: true }), { signal }), {
    code: Code.AlreadyExists,
  });
});

test('a create is not repeated after 429, and may have happened all the same', async (t) => {
  const { server, client } = await startClient(t, () => ({ status: 429, headers: { 'retry-after': '0' } }));
  await assert.rejects(client.send(invite('a@b.c', { scopes: [], isAdmin: true }), { signal }), (error) => {
    assert.ok(mayHaveHappened(error));
    return true;
  });
  assert.equal(server.asked.length, 1);
});

test('a write on behalf of a subuser says so in its header, and announces that', async (t) => {
  const { server, client } = await startClient(t, () => ({}));
  const write = updateTeammate('ann', { scopes: [], isAdmin: true }, brand);
  await client.send(write, { signal });
  assert.deepEqual(write.announced.headers, { 'on-behalf-of': 'brand' });
  assert.deepEqual(server.paths, ['/v3/teammates/ann as brand']);
});

test('a name that no address or header can carry is refused before anything is sent', () => {
  assert.throws(() => deleteTeammate('pending'), { code: Code.InvalidArgument });
  assert.throws(() => deleteTeammate(''), { code: Code.InvalidArgument });
  assert.throws(() => deleteTeammate('ann', { username: 'марка', region: '' }), { code: Code.InvalidArgument });
});

test('a token in a written-out write is masked', () => {
  assert.ok(!JSON.stringify(withdrawInvitation(invitation)).includes('s3c%2Fret'));
});

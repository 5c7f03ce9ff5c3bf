import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceId } from '@baton-ts/connector-sdk';
import { ann, brands, held, ids, open, owner } from '../testing/open-connector.ts';
import { MemorySession, walk } from '../testing/walk.ts';

const { signal } = new AbortController();

for (const status of [401, 403, 404]) {
  test(`subusers that answer ${status} are left out with one warning, and the rest is synced`, async (t) => {
    const { connector, warnings } = await open(t, {
      teammates: [owner, ann],
      instead: ({ path }) => (path === '/v3/subusers' ? { status, body: '' } : undefined),
    });
    assert.deepEqual(ids(await walk(connector), 'teammate'), ['olga', 'ann']);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /Subusers are left out/);
  });
}

test('a key that is revoked during the sync ends it, at whichever call it shows', async (t) => {
  for (const from of ['/v3/subusers', '/v3/teammates/ann', '/v3/teammates/pending']) {
    let revoked = false;
    const { connector } = await open(t, {
      teammates: [owner, ann],
      subusers: brands,
      instead: ({ path }) => {
        revoked ||= path === from;
        return revoked ? { status: 401, body: { errors: [{ message: 'authorization required' }] } } : undefined;
      },
    });
    await assert.rejects(walk(connector), { code: 16 }, from);
  }
});

test('a teammate that vanishes between list and detail is dropped', async (t) => {
  const { connector } = await open(t, {
    teammates: [owner, ann],
    instead: ({ path }) => (path === '/v3/teammates/ann' ? { status: 404, body: '' } : undefined),
  });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['olga']);
});

test('a teammate called pending is synced without scopes, with a warning and without a call', async (t) => {
  const { server, connector, warnings } = await open(t, {
    teammates: [owner, { username: 'pending', scopes: ['mail.send'] }],
  });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'teammate'), ['olga', 'pending']);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates/pending').length, 1);
  assert.match(warnings.join(), /"pending" cannot be read/);
});

test('awkward names stay exact and two that differ in case are two', async (t) => {
  const names = ['Ann', 'ann', 'a/b', '50%', 'a b', 'who?', '#1', 'Žofie', 'a..b', 'a+b@example.com'];
  const { connector } = await open(t, { teammates: names.map((username) => ({ username, scopes: ['mail.send'] })) });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'teammate'), names);
  for (const name of names) assert.deepEqual(held(walked, name), ['scope:mail.send:assigned'], name);
});

test('a subuser whose name no header can carry costs a warning, not the sync', async (t) => {
  const { connector, warnings } = await open(t, {
    subusers: [{ id: 7, username: '東京' }, ...brands],
    local: { brand_a: [{ username: 'lena' }] },
  });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'subuser'), ['7', '11', '12']);
  assert.deepEqual(ids(walked, 'teammate'), ['lena']);
  assert.match(warnings.join(), /"東京".*header/);
});

test('a refusal in the middle of a sync names the scope that the key lacks', async (t) => {
  const { connector } = await open(t, {
    instead: ({ path }) => (path === '/v3/teammates/pending' ? { status: 403, body: '' } : undefined),
  });
  await assert.rejects(walk(connector), { code: 7, message: /lacks teammates\.read/ });
});

test('a subuser that the key may not act for costs a warning by its name', async (t) => {
  const { connector, warnings } = await open(t, {
    subusers: brands,
    local: { brand_b: [{ username: 'lena' }] },
    instead: ({ onBehalfOf }) => (onBehalfOf === 'brand_a' ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['lena']);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /"brand_a" are left out/);
});

test('subuser access that SendGrid refuses to tell is said once', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann, { ...ann, username: 'ben' }],
    subusers: brands,
    instead: ({ path }) => (path.endsWith('/subuser_access') ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(held(await walk(connector), 'ben'), ['scope:mail.send:assigned']);
  assert.equal(warnings.length, 1);
});

test('access to a subuser that is not in the list is said by name', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann],
    subusers: brands,
    access: { ann: [{ id: 99, permission_type: 'admin' }] },
  });
  assert.deepEqual(held(await walk(connector), 'ann'), []);
  assert.match(warnings.join(), /"ann" to the subuser 99 is left out/);
});

test('somebody who was promoted after being listed holds the role', async (t) => {
  const promoted = { username: 'ann', email: '', is_admin: true, user_type: 'admin', scopes: ['mail.send'] };
  const { connector } = await open(t, {
    teammates: [owner, ann],
    instead: ({ path }) => (path === '/v3/teammates/ann' ? { body: promoted } : undefined),
  });
  assert.deepEqual(held(await walk(connector), 'ann'), ['role:admin:assigned']);
});

test('who is restricted to subusers holds no scopes of the account, though the key may not list subusers', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann, { ...ann, username: 'ben' }, { ...ann, username: 'cid' }],
    subusers: brands,
    access: { ann: [{ id: 11, permission_type: 'admin' }], cid: [{ id: 11, permission_type: 'admin' }] },
    instead: ({ path }) => (path === '/v3/subusers' ? { status: 403, body: '' } : undefined),
  });
  const walked = await walk(connector);
  assert.deepEqual(held(walked, 'ann'), []);
  assert.deepEqual(held(walked, 'cid'), []);
  assert.deepEqual(held(walked, 'ben'), ['scope:mail.send:assigned']);
  assert.equal(warnings.length, 2);
  assert.match(warnings.join(), /restricted to subusers are shown without that access/);
});

test('on a plan without subusers one teammate at most is asked about for them', async (t) => {
  const { server, connector, warnings } = await open(t, {
    teammates: [ann, { ...ann, username: 'ben' }, { ...ann, username: 'cid' }],
    instead: ({ path }) => (/subuser/.test(path) ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(held(await walk(connector), 'cid'), ['scope:mail.send:assigned']);
  assert.equal(server.paths.filter((path) => path.endsWith('/subuser_access')).length, 1);
  assert.equal(warnings.length, 1);
});

test('--ignore-subusers says that restricted SSO teammates cannot be told apart', async (t) => {
  const sso = { ...ann, is_sso: true };
  const { connector, warnings } = await open(t, { teammates: [owner, sso] }, { 'ignore-subusers': true });
  await walk(connector);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /SSO teammate/);
});

test('subuser access that is not found of somebody who exists is said by name', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann],
    subusers: brands,
    instead: ({ path }) => (path.endsWith('/subuser_access') ? { status: 404, body: '' } : undefined),
  });
  await walk(connector);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /"ann" is restricted/);
});

test('somebody who is listed and then not found is left out by name', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [owner, ann],
    instead: ({ path }) => (path === '/v3/teammates/ann' ? { status: 404, body: '' } : undefined),
  });
  await walk(connector);
  assert.match(warnings.join(), /"ann" is left out/);
});

test('a username that the account and a subuser both have costs a warning by name', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [owner, ann],
    subusers: brands,
    local: { brand_a: [{ username: 'ann', scopes: ['stats.read'] }] },
  });
  assert.deepEqual(held(await walk(connector), 'ann'), ['scope:mail.send:assigned']);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /"ann" of the account is also in a subuser/);
});

test('a teammate of many subusers costs one warning', async (t) => {
  const names = ['brand_a', 'brand_b', 'brand_c', 'brand_d'];
  const { connector, warnings } = await open(t, {
    subusers: names.map((username, index) => ({ id: index + 1, username })),
    local: Object.fromEntries(names.map((name) => [name, [{ username: 'lena', scopes: ['stats.read'] }]])),
  });
  await walk(connector);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /read in "brand_a", not in "brand_b" and 2 more/);
});

test('an account of which no owner or admin can be asked says that their roles lack scopes', async (t) => {
  const { connector, warnings } = await open(t, { teammates: [{ ...owner, username: 'pending' }] });
  await walk(connector);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /roles are synced without scopes/);
});

test('a teammate of a subuser whose address in the API is another list is synced without scopes, with a warning', async (t) => {
  const { connector, warnings } = await open(t, { subusers: brands, local: { brand_a: [{ username: 'pending' }] } });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['pending']);
  assert.match(warnings.join(), /"pending" cannot be read/);
});

test('a targeted sync of a restricted teammate shows the same access as a whole one', async (t) => {
  const account = {
    teammates: [owner, { ...ann, is_sso: true }],
    subusers: brands,
    access: { ann: [{ id: 12, permission_type: 'restricted', scopes: ['mail.send'] }] },
  };
  const { connector } = await open(t, account);
  const part = connector.resourceTypes.find(({ type }) => type.id === 'teammate');
  const request = { session: new MemorySession(), signal, pageToken: '' };
  const id = resourceId('teammate', 'ann');
  const resource = await part?.get?.({ ...request, id, parent: undefined });
  assert.ok(resource);
  const grants = await part?.grants?.({ ...request, resource });
  assert.deepEqual(
    grants?.items.map(({ entitlement }) => entitlement?.id),
    ['subuser:12:restricted'],
  );
});

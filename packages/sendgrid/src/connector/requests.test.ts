import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ann, brands, ids, open, owner } from '../testing/open-connector.ts';
import { MemorySession, walk } from '../testing/walk.ts';

const { signal } = new AbortController();

const rows = <T>(from: number, count: number, row: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => row(from + index));
const asAdmin = (index: number) => ({ username: `t${index}`, is_admin: true, user_type: 'admin' });
const asInvitation = (index: number) => ({ token: `i${index}`, email: `i${index}@b.c`, scopes: [], is_admin: false });

test('no question is asked twice and none too many', async (t) => {
  const { server, connector } = await open(t, {
    teammates: [owner, { username: 'adam', user_type: 'admin' }, ann, { username: 'ben', scopes: ['stats.read'] }],
    subusers: brands,
    local: { brand_a: [{ username: 'lena' }] },
  });
  await connector.validate({ signal });
  await walk(connector);
  assert.deepEqual([...server.paths].sort(), [
    '/v3/scopes',
    '/v3/subusers',
    '/v3/teammates',
    '/v3/teammates as brand_a',
    '/v3/teammates as brand_b',
    '/v3/teammates/ann',
    '/v3/teammates/ann/subuser_access',
    '/v3/teammates/ben',
    '/v3/teammates/ben/subuser_access',
    '/v3/teammates/lena as brand_a',
    '/v3/teammates/olga',
    '/v3/teammates/pending',
    '/v3/user/account',
    '/v3/user/username',
  ]);
});

test('an interrupted sync that goes on in a new process asks nothing again that it knew', async (t) => {
  const account = { teammates: [owner, ann], subusers: brands };
  const session = new MemorySession();
  const first = await open(t, account);
  const before = await walk(first.connector, session);
  const second = await open(t, account);
  const after = await walk(second.connector, session);
  assert.deepEqual(second.server.paths, ['/v3/teammates/pending', '/v3/scopes']);
  assert.deepEqual(after, before);
});

test('a second sync in the same process sees what is there then', async (t) => {
  const subusers = [{ id: 11, username: 'brand_a' }];
  const { connector } = await open(t, { teammates: [owner], subusers, local: { brand_b: [{ username: 'lena' }] } });
  assert.deepEqual(ids(await walk(connector), 'subuser'), ['11']);
  subusers.push({ id: 12, username: 'brand_b' });
  const second = await walk(connector);
  assert.deepEqual(ids(second, 'subuser'), ['11', '12']);
  assert.deepEqual(ids(second, 'teammate'), ['olga', 'lena']);
});

test('--ignore-subusers asks nothing about subusers', async (t) => {
  const account = { teammates: [owner, ann], subusers: brands, access: { ann: [] } };
  const { server, connector } = await open(t, account, { 'ignore-subusers': true });
  await connector.validate({ signal });
  await walk(connector);
  assert.deepEqual(
    server.paths.filter((path) => /subuser| as /.test(path)),
    [],
  );
});

test('without subusers nobody is asked for subuser access', async (t) => {
  const { server, connector } = await open(t, { teammates: [owner, ann] });
  await walk(connector);
  assert.deepEqual(
    server.paths.filter((path) => path.endsWith('subuser_access')),
    [],
  );
});

test('more teammates than one slice are all there', async (t) => {
  const teammates = Array.from({ length: 123 }, (_, index) => ({ username: `t${index}` }));
  const { server, connector } = await open(t, { teammates });
  assert.equal(ids(await walk(connector), 'teammate').length, 123);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates').length, 1);
});

test('teammates and invitations beyond one page of SendGrid are all there', async (t) => {
  const { server, connector } = await open(t, {
    instead: ({ path, query }) => {
      const offset = Number(query.get('offset'));
      if (path === '/v3/teammates') return { body: { result: rows(offset, offset === 0 ? 500 : 3, asAdmin) } };
      if (path === '/v3/teammates/pending')
        return { body: { result: rows(offset, offset === 0 ? 500 : 2, asInvitation) } };
      return undefined;
    },
  });
  const walked = await walk(connector);
  assert.equal(ids(walked, 'teammate').length, 503);
  assert.equal(ids(walked, 'teammate_invitation').length, 502);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates').length, 2);
});

test('a page that is read again after an interruption does not stumble over its own rows', async (t) => {
  const { connector } = await open(t, { invitations: rows(0, 3, asInvitation) });
  const part = connector.resourceTypes.find(({ type }) => type.id === 'teammate_invitation');
  const request = { session: new MemorySession(), signal, pageToken: '', parent: undefined };
  await part?.list(request);
  assert.equal((await part?.list(request))?.items.length, 3);
});

for (const path of ['/v3/teammates', '/v3/teammates/pending']) {
  test(`${path} that ignores offset ends the sync with an error`, async (t) => {
    const result = rows(0, 500, (index) => ({ ...asAdmin(index), ...asInvitation(index) }));
    const { connector } = await open(t, {
      instead: (asked) => (asked.path === path ? { body: { result } } : undefined),
    });
    await assert.rejects(walk(connector), { code: 13, message: /nothing new/ });
  });
}

test('a failure in the middle is told, and the page that is asked for again goes on from there', async (t) => {
  let broken = true;
  const { server, connector } = await open(t, {
    teammates: rows(0, 120, (index) => ({ username: `t${index}` })),
    instead: ({ path }) => (broken && path === '/v3/teammates/t70' ? { status: 400, body: '' } : undefined),
  });
  const session = new MemorySession();
  await assert.rejects(walk(connector, session), /answered 400/);
  broken = false;
  assert.equal(ids(await walk(connector, session), 'teammate').length, 120);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates/t0').length, 1);
});

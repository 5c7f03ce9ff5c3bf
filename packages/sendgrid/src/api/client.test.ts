import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '@baton-ts/connector-sdk';
import { testHttpClient } from '../testing/http.ts';
import { startClient } from '../testing/start-client.ts';
import { SendGridClient } from './client.ts';

const { signal } = new AbortController();

const person = (username: string) => ({
  username,
  email: `${username}@example.com`,
  is_admin: false,
  user_type: 'teammate',
});
const people = (from: number, count: number) => Array.from({ length: count }, (_, index) => person(`t${from + index}`));

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

test('a list is asked for with a limit and continues by the rows received', async (t) => {
  const { server, client } = await startClient(t, ({ query }) => ({
    body: { result: query.get('offset') === '0' ? people(0, 500) : people(500, 3) },
  }));
  assert.equal((await all(client.teammatePages({ signal }))).length, 503);
  assert.deepEqual(
    server.asked.map(({ query }) => query.toString()),
    ['limit=500&offset=0', 'limit=500&offset=500'],
  );
});

test('the envelope may be called results', async (t) => {
  const { client } = await startClient(t, () => ({ body: { results: [person('ann')] } }));
  assert.equal((await all(client.teammatePages({ signal }))).length, 1);
});

test('a list that ignores offset is an error and not endless', async (t) => {
  const { server, client } = await startClient(t, () => ({ body: { result: people(0, 500) } }));
  await assert.rejects(all(client.teammatePages({ signal })), /nothing new/);
  assert.equal(server.asked.length, 2);
});

for (const [name, body, said] of [
  ['without an envelope', {}, /GET \/v3\/teammates .*result/],
  ['that is null', { result: null }, /result: expected array/],
  ['whose row lacks a username', { result: [{ is_admin: true }] }, /result\[0\]\.username/],
  [
    'whose row has a text as flag',
    { result: [{ ...person('a'), is_admin: 'yes' }] },
    /result\[0\]\.is_admin: expected boolean/,
  ],
  ['that is empty', undefined, /the answer is empty/],
] as const) {
  test(`a list ${name} is an error that names the route and the field`, async (t) => {
    const { client } = await startClient(t, () => ({ body }));
    await assert.rejects(all(client.teammatePages({ signal })), said);
  });
}

test('a teammate is asked for by its exact name as one path segment', async (t) => {
  const { server, client } = await startClient(t, () => ({
    body: { ...person('Ann/B'), scopes: ['mail.send'], new: 1 },
  }));
  assert.deepEqual((await client.teammate('Ann/B', { signal })).scopes, ['mail.send']);
  assert.deepEqual(server.paths, ['/v3/teammates/Ann%2FB']);
});

test('an answer about somebody else is an error', async (t) => {
  const { client } = await startClient(t, () => ({ body: { ...person('ann'), scopes: [] } }));
  await assert.rejects(client.teammate('Ann', { signal }), /"ann" when asked about "Ann"/);
});

test('a call on behalf of a subuser says so in its header', async (t) => {
  const { server, client } = await startClient(t, () => ({ body: { result: [] } }));
  await all(client.teammatePages({ signal, onBehalfOf: { username: 'brand', region: '' } }));
  assert.deepEqual(server.paths, ['/v3/teammates as brand']);
});

const access = (id: number | string) => ({
  id,
  username: `s${id}`,
  permission_type: 'restricted',
  scopes: ['mail.send'],
});
const accessPage = (entries: readonly unknown[], cursor?: unknown) => ({
  has_restricted_subuser_access: true,
  subuser_access: entries,
  ...(cursor !== undefined && { _metadata: { next_params: { after_subuser_id: cursor } } }),
});

for (const [name, cursor] of [
  ['a number', 7],
  ['a numeric text', '7'],
] as const) {
  test(`subuser access goes on while the cursor is ${name}`, async (t) => {
    const { server, client } = await startClient(t, ({ query }) => ({
      body: query.has('after_subuser_id') ? accessPage([access(9)]) : accessPage([access(7)], cursor),
    }));
    const { entries } = await client.subuserAccess('ann', { signal });
    assert.deepEqual(
      entries.map(({ id }) => id),
      ['7', '9'],
    );
    assert.equal(server.asked[1]?.query.get('after_subuser_id'), '7');
  });
}

for (const [name, cursor] of [
  ['null', null],
  ['0', 0],
  ['an empty text', ''],
  ['missing', undefined],
] as const) {
  test(`subuser access ends when the cursor is ${name}`, async (t) => {
    const { server, client } = await startClient(t, () => ({ body: accessPage([access(7)], cursor) }));
    assert.equal((await client.subuserAccess('ann', { signal })).entries.length, 1);
    assert.equal(server.asked.length, 1);
  });
}

test('a cursor that does not grow is an error, not an end', async (t) => {
  const { server, client } = await startClient(t, () => ({ body: accessPage([access(7)], 7) }));
  await assert.rejects(client.subuserAccess('ann', { signal }), /does not get past subuser 7/);
  assert.equal(server.asked.length, 2);
});

test('a full page without a cursor goes on from the highest id', async (t) => {
  const full = Array.from({ length: 500 }, (_, index) => access(500 - index));
  const { server, client } = await startClient(t, ({ query }) => ({
    body: accessPage(query.has('after_subuser_id') ? [access(501)] : full),
  }));
  assert.equal((await client.subuserAccess('ann', { signal })).entries.length, 501);
  assert.equal(server.asked[1]?.query.get('after_subuser_id'), '500');
});

test('access that is not restricted has no entries, whatever the list says', async (t) => {
  const { client } = await startClient(t, () => ({
    body: { ...accessPage([access(1)]), has_restricted_subuser_access: false },
  }));
  assert.deepEqual(await client.subuserAccess('ann', { signal }), { restricted: false, entries: [] });
});

test('an invitation may call its token pending_id', async (t) => {
  const { client } = await startClient(t, () => ({
    body: { result: [{ pending_id: 'p1', email: 'a@b.c', scopes: [], is_admin: false }] },
  }));
  assert.equal((await client.pendingPage({ offset: 0, signal })).items[0]?.token, 'p1');
});

test('an invitation without a token is an error', async (t) => {
  const { client } = await startClient(t, () => ({
    body: { result: [{ email: 'a@b.c', scopes: [], is_admin: false }] },
  }));
  await assert.rejects(client.pendingPage({ offset: 0, signal }), /result\[0\]\.token/);
});

test('subusers are a bare array, asked for with their region', async (t) => {
  const { server, client } = await startClient(t, () => ({
    body: [{ id: 5, username: 'brand', email: '', disabled: true, region: 'eu' }],
  }));
  assert.deepEqual(
    (await all(client.subuserPages({ signal }))).map(({ id, region }) => [id, region]),
    [['5', 'eu']],
  );
  assert.equal(server.asked[0]?.query.get('include_region'), 'true');
});

test('an API key is read as an object or in a list of one', async (t) => {
  const key = { api_key_id: 'k', name: 'n', scopes: ['mail.send'] };
  let wrapped = false;
  const { client } = await startClient(t, () => ({ body: wrapped ? { result: [key] } : key }));
  assert.deepEqual(await client.apiKey('k', { signal }), key);
  wrapped = true;
  assert.deepEqual(await client.apiKey('k', { signal }), key);
});

for (const [name, answer] of [
  ['an HTML page with status 200', { body: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
  ['JSON that is cut', { body: '{"result":[{"username":"ann","is_ad' }],
] as const) {
  test(`${name} is an error, not an empty list`, async (t) => {
    const { client } = await startClient(t, () => answer);
    await assert.rejects(all(client.teammatePages({ signal })), { name: 'BatonError' });
  });
}

test('the error body says why, in each of its forms', async (t) => {
  const { client } = await startClient(t, () => ({ status: 400, body: [{ message: 'bad offset', field: 'offset' }] }));
  await assert.rejects(all(client.teammatePages({ signal })), /bad offset \(offset\)/);
});

test('the API key is in no error', async (t) => {
  const { client } = await startClient(t, () => ({
    status: 401,
    body: { errors: [{ message: 'SG.test is invalid' }] },
  }));
  await assert.rejects(client.scopes({ signal }), (error: Error) => !/SG\.test/.test(error.message));
});

for (const [name, region, subuserRegion, host] of [
  ['a global key calls the global host', 'global', undefined, 'https://api.sendgrid.com'],
  ['an EU key calls the EU host', 'eu', undefined, 'https://api.eu.sendgrid.com'],
  ['a global key calls the EU host on behalf of an EU subuser', 'global', 'eu', 'https://api.eu.sendgrid.com'],
  ['a global key calls the global host on behalf of a global subuser', 'global', 'global', 'https://api.sendgrid.com'],
] as const) {
  test(name, async (t) => {
    const { server } = await startClient(t, () => ({ body: { scopes: [] } }));
    const hosts: string[] = [];
    const client = new SendGridClient({
      apiKey: new Secret('SG.test'),
      region,
      baseUrl: '',
      createHttpClient: (options) => {
        hosts.push(options.baseUrl);
        return testHttpClient({ ...options, baseUrl: server.url });
      },
    });
    await client.scopes({ signal, onBehalfOf: subuserRegion && { username: 'brand', region: subuserRegion } });
    assert.deepEqual(hosts, [host]);
  });
}

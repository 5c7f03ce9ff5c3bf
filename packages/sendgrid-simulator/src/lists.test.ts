import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatorFor } from './testing/ask.ts';

test('a list of teammates has 50 rows unless a limit is sent', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 120 });
  assert.equal((await ask('GET /v3/teammates')).rows.length, 50);
  assert.equal((await ask('GET /v3/teammates?limit=70')).rows.length, 70);
});

test('a limit above 500 gives 500 rows', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 600 });
  assert.equal((await ask('GET /v3/teammates?limit=10000')).rows.length, 500);
});

test('the pages of a list hold everybody once', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 120, invitations: 60 });
  for (const [path, all] of [
    ['/v3/teammates', 120],
    ['/v3/teammates/pending', 60],
  ] as const) {
    const seen = new Set<unknown>();
    for (let offset = 0; offset < all; offset += 50) {
      for (const row of (await ask(`GET ${path}?offset=${offset}`)).rows) seen.add(row.email);
    }
    assert.equal(seen.size, all);
  }
});

test('the Link header names another host, and a next page only when there is one', async (t) => {
  const { ask, url } = await simulatorFor(t, { teammates: 60 });
  const first = (await ask('GET /v3/teammates')).headers.get('link') ?? '';
  assert.match(first, /rel="next"/);
  assert.ok(!first.includes(url));
  const last = (await ask('GET /v3/teammates?offset=50')).headers.get('link') ?? '';
  assert.doesNotMatch(last, /rel="next"/);
  assert.match(last, /rel="prev"/);
});

test('a list that fits one page links only to its first and last page', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 3 });
  const link = (await ask('GET /v3/teammates')).headers.get('link') ?? '';
  assert.deepEqual(
    [...link.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel),
    ['first', 'last'],
  );
});

test('subusers come without a Link header, at most 500 at once', async (t) => {
  const { ask } = await simulatorFor(t, { subusers: 510 });
  const page = await ask('GET /v3/subusers?limit=900');
  assert.equal(page.rows.length, 500);
  assert.equal(page.headers.get('link'), null);
  assert.equal((await ask('GET /v3/subusers?limit=500&offset=500')).rows.length, 10);
});

test('a subuser tells its region only when asked to', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.ok(!('region' in ((await ask('GET /v3/subusers')).rows[0] ?? {})));
  const { rows } = await ask('GET /v3/subusers?include_region=true&region=eu');
  assert.deepEqual(
    rows.map(({ username, region }) => [username, region]),
    [['harbor_kids', 'eu']],
  );
});

test('a listed teammate has no scopes, a single one has', async (t) => {
  const { ask } = await simulatorFor(t);
  const [listed] = (await ask('GET /v3/teammates')).rows;
  assert.ok(listed && !('scopes' in listed));
  assert.ok('scopes' in (await ask(`GET /v3/teammates/${String(listed.username)}`)).json);
});

test('on behalf of a subuser, the parent’s admins and its own teammates are listed', async (t) => {
  const { ask } = await simulatorFor(t);
  const parent = (await ask('GET /v3/teammates?limit=500')).rows;
  const inside = (await ask('GET /v3/teammates?limit=500', { onBehalfOf: 'trailhead' })).rows;
  const admins = parent.filter(({ is_admin }) => is_admin).map(({ username }) => username);
  const local = ['trailhead-ops', 'mira.castellanos@trailhead.example.org'];
  assert.deepEqual(
    inside.map(({ username }) => username),
    [...admins, ...local],
  );
});

test('a call on behalf of an unknown subuser is forbidden', async (t) => {
  const { ask } = await simulatorFor(t);
  assert.equal((await ask('GET /v3/teammates', { onBehalfOf: 'nobody' })).status, 403);
});

test('the EU host answers only for subusers there', async (t) => {
  const { ask, euUrl: url } = await simulatorFor(t);
  assert.equal((await ask('GET /v3/teammates', { url })).status, 403);
  assert.equal((await ask('GET /v3/teammates', { url, onBehalfOf: 'trailhead' })).status, 403);
  assert.equal((await ask('GET /v3/teammates', { url, onBehalfOf: 'harbor_kids' })).status, 200);
});

test('every awkward name is found under its encoded form', async (t) => {
  const { ask } = await simulatorFor(t, { edgeNames: true });
  const { rows } = await ask('GET /v3/teammates?limit=500');
  const names = rows.filter(({ first_name }) => first_name === 'Edge').map(({ username }) => String(username));
  assert.equal(names.length, 14);
  // A URL parser collapses the dots, and the word is the list of invitations.
  for (const name of names.filter((name) => !['.', '..', 'pending'].includes(name))) {
    assert.equal((await ask(`GET /v3/teammates/${encodeURIComponent(name)}`)).json.username, name);
  }
});

test('two names that differ only in case are two teammates', async (t) => {
  const { ask } = await simulatorFor(t, { edgeNames: true });
  const [upper, lower] = await Promise.all(['SameName', 'samename'].map((name) => ask(`GET /v3/teammates/${name}`)));
  assert.notEqual(upper?.json.email, lower?.json.email);
});

test('the path of a teammate called pending answers with the invitations', async (t) => {
  const { ask } = await simulatorFor(t, { edgeNames: true });
  assert.ok('result' in (await ask('GET /v3/teammates/pending')).json);
});

test('the same seed gives the same account and keys, another seed others', async (t) => {
  const sizes = { teammates: 40, subusers: 5, invitations: 4, now: () => 1_700_000_000_000 };
  const [one, same, other] = await Promise.all([7, 7, 8].map((seed) => simulatorFor(t, { ...sizes, seed })));
  const read = async (simulator: typeof one) =>
    simulator && [
      simulator.apiKey,
      (await simulator.ask('GET /v3/teammates')).text,
      (await simulator.ask('GET /v3/teammates/pending')).text,
    ];
  assert.deepEqual(await read(one), await read(same));
  assert.notDeepEqual(await read(one), await read(other));
});

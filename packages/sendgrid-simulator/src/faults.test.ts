import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject } from './json.ts';
import { simulatorFor } from './testing/ask.ts';

const list = 'GET /v3/teammates';
const person = '/v3/teammates/chiara.bellini%40northwind.example.com';
const username = 'chiara.bellini@northwind.example.com';
const one = '/v3/teammates/{username}';

test('a status strikes once, some times, or for ever', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const statuses = async (times: number | 'forever') => {
    control.clearFaults();
    control.addFault({ kind: 'status', status: 503, times });
    const seen: number[] = [];
    for (let n = 0; n < 3; n += 1) seen.push((await ask(list)).status);
    return seen;
  };
  assert.deepEqual(await statuses(1), [503, 200, 200]);
  assert.deepEqual(await statuses(2), [503, 503, 200]);
  assert.deepEqual(await statuses('forever'), [503, 503, 503]);
});

test('a fault strikes only its route, path and subuser', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'status', status: 500, route: one, times: 'forever' });
  control.addFault({ kind: 'status', status: 502, onBehalfOf: 'trailhead', times: 'forever' });
  assert.equal((await ask(list)).status, 200);
  assert.equal((await ask(`GET ${person}`)).status, 500);
  assert.equal((await ask(list, { onBehalfOf: 'trailhead' })).status, 502);
});

test('a key that is revoked in mid-sync answers 401 from the third request on', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'status', status: 401, after: 2, times: 'forever' });
  const seen: number[] = [];
  for (let n = 0; n < 4; n += 1) seen.push((await ask(list)).status);
  assert.deepEqual(seen, [200, 200, 401, 401]);
});

test('a proxy’s page comes as HTML with status 200', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'html' });
  const reply = await ask(list);
  assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/html']);
});

test('a body can be empty, cut or slow', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'empty-body' });
  assert.equal((await ask(list)).text, '');
  control.addFault({ kind: 'cut-json' });
  const cut = (await ask(list)).text;
  assert.throws(() => JSON.parse(cut));
  control.addFault({ kind: 'slow-body', delayMs: 5 });
  assert.equal((await ask(list)).rows.length, 50);
});

test('a connection reset before the write leaves nothing done, one after it does', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'reset-before', method: 'DELETE' });
  await assert.rejects(ask(`DELETE ${person}`));
  assert.equal((await ask(`GET ${person}`)).status, 200);
  control.addFault({ kind: 'reset-after', method: 'DELETE' });
  await assert.rejects(ask(`DELETE ${person}`));
  assert.equal((await ask(`GET ${person}`)).status, 404);
});

test('a refusal can hide that the work was done', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'status', status: 429, method: 'DELETE', done: true });
  assert.equal((await ask(`DELETE ${person}`)).status, 429);
  assert.equal((await ask(`GET ${person}`)).status, 404);
});

test('a list can ignore the offset', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'ignore-offset', route: '/v3/teammates', times: 'forever' });
  assert.equal((await ask(`${list}?offset=50`)).text, (await ask(list)).text);
});

test('an entry removed between pages makes the next page skip one', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const before = (await ask(`${list}?limit=500`)).rows.map(({ username }) => username);
  control.addFault({ kind: 'remove-between-pages', route: '/v3/teammates' });
  await ask(`${list}?limit=10`);
  const [next] = (await ask(`${list}?limit=10&offset=10`)).rows;
  assert.equal(next?.username, before[11]);
});

test('a teammate can vanish between list and detail', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'vanish', method: 'GET', route: one });
  assert.equal((await ask(`GET ${person}`)).status, 404);
  assert.ok(!(await ask(`${list}?limit=500`)).text.includes(username));
});

test('an echo does not stick', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const before = control.scopesOf(username);
  control.addFault({ kind: 'echo-only', method: 'PATCH' });
  const { json } = await ask(`PATCH ${person}`, { body: { scopes: ['alerts.read'], is_admin: false } });
  assert.ok(Array.isArray(json.scopes) && json.scopes.includes('alerts.read'));
  assert.deepEqual((await ask(`GET ${person}`)).json.scopes, before);
});

test('an echo does not stick, whatever was written', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const { account } = control;
  control.addFault({ kind: 'echo-only', times: 'forever' });
  const invitations = [...account.invitations.keys()];
  const body = { email: 'kim@example.com', scopes: ['stats.read'], is_admin: false };
  assert.equal((await ask('POST /v3/teammates', { body })).status, 201);
  assert.equal((await ask(`DELETE /v3/teammates/pending/${invitations[0]}`)).status, 204);
  assert.deepEqual([...account.invitations.keys()], invitations);
  assert.equal((await ask(`DELETE ${person}`)).status, 204);
  assert.ok(account.teammates.has(username));
  assert.equal((await ask('PATCH /v3/subusers/trailhead', { body: { disabled: true } })).status, 204);
  assert.equal(account.subusers.get('trailhead')?.disabled, false);
});

test('another writer changes the access to subusers', async (t) => {
  const { ask, control } = await simulatorFor(t);
  const path = '/v3/teammates/hugo.lefebvre%40northwind.example.com/subuser_access';
  const change = { addAccess: [{ id: 481_377, permissionType: 'restricted' as const }], removeAccess: [481_203] };
  control.addFault({ kind: 'other-writer', when: 'after', change, path });
  const shown = async () => {
    const entries: unknown = (await ask(`GET ${path}`)).json.subuser_access;
    return Array.isArray(entries) ? entries.filter(isJsonObject).map(({ username: name }) => name) : [];
  };
  assert.deepEqual([await shown(), await shown()], [['trailhead'], ['peak-and-pine']]);
});

test('another writer comes between a read and a write', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({
    kind: 'other-writer',
    method: 'GET',
    route: one,
    when: 'after',
    change: { addScopes: ['alerts.read'] },
  });
  const read = await ask(`GET ${person}`);
  assert.ok(Array.isArray(read.json.scopes) && !read.json.scopes.includes('alerts.read'));
  assert.ok(control.scopesOf(username)?.includes('alerts.read'));
});

test('another writer undoes a write before it is read back', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'other-writer', method: 'PATCH', when: 'after', change: { removeScopes: ['alerts.read'] } });
  await ask(`PATCH ${person}`, { body: { scopes: ['alerts.read'], is_admin: false } });
  assert.ok(!control.scopesOf(username)?.includes('alerts.read'));
});

test('faults are added, listed and cleared over HTTP without a key', async (t) => {
  const { ask } = await simulatorFor(t);
  const added = await ask('POST /_control/faults', {
    body: { kind: 'status', status: 500, times: 'forever' },
    key: 'none',
  });
  assert.deepEqual(added.json, { id: 1 });
  assert.equal((await ask(list)).status, 500);
  assert.match((await ask('GET /_control/faults')).text, /"struck":1/);
  await ask('DELETE /_control/faults/1');
  assert.equal((await ask(list)).status, 200);
});

test('a fault that makes no sense is refused with what would', async (t) => {
  const { ask } = await simulatorFor(t);
  for (const [body, expected] of [
    [{ kind: 'gremlin' }, /kind must be one of status, html/],
    [{ kind: 'status' }, /status must be 200 to 599/],
    [{ kind: 'html', route: '/v3/teammate' }, /route must be one of/],
    [{ kind: 'cursor', form: 'round' }, /form must be one of integer/],
    [{ kind: 'latency', delayMs: -1 }, /delayMs must be/],
  ] as const) {
    const reply = await ask('POST /_control/faults', { body });
    assert.equal(reply.status, 400);
    assert.match(String(reply.json.error), expected);
  }
});

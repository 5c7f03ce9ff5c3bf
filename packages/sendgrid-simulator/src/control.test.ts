import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatorFor } from './testing/ask.ts';

test('requests are counted by method, route, subuser and status, and counting starts anew', async (t) => {
  const { ask, control } = await simulatorFor(t);
  await ask('GET /v3/teammates/northwind');
  await ask('GET /v3/teammates/dmarlowe-ext');
  await ask('GET /v3/teammates', { onBehalfOf: 'trailhead' });
  assert.deepEqual(control.requests().counts, [
    { method: 'GET', route: '/v3/teammates/{username}', onBehalfOf: '', status: 200, count: 2 },
    { method: 'GET', route: '/v3/teammates', onBehalfOf: 'trailhead', status: 200, count: 1 },
  ]);
  control.resetRequests();
  assert.equal(control.requests().total, 0);
});

test('the most requests in flight at once are known', async (t) => {
  const { ask, control } = await simulatorFor(t, { teammates: 2, latencyMs: 20 });
  await Promise.all(Array.from({ length: 6 }, () => ask('GET /v3/teammates')));
  assert.equal(control.requests().mostInFlight, 6);
});

test('asking the control endpoint is not counted', async (t) => {
  const { ask } = await simulatorFor(t);
  await ask('GET /_control/faults');
  assert.equal((await ask('GET /_control/requests')).json.total, 0);
});

test('a page in a browser cannot use the control endpoint', async (t) => {
  const { url } = await simulatorFor(t);
  const reply = await fetch(`${url}/_control/requests`, { headers: { origin: 'http://elsewhere.example' } });
  assert.equal(reply.status, 403);
});

test('somebody else changes a teammate', async (t) => {
  const { ask, control } = await simulatorFor(t);
  await ask('POST /_control/teammates/dmarlowe-ext', { body: { scopes: ['alerts.read'] } });
  assert.ok(control.scopesOf('dmarlowe-ext')?.includes('alerts.read'));
  await ask('POST /_control/teammates/dmarlowe-ext', { body: { deleted: true } });
  assert.equal(control.scopesOf('dmarlowe-ext'), undefined);
});

test('a key can be revoked while the simulator runs', async (t) => {
  const { ask } = await simulatorFor(t);
  const { rows } = await ask('GET /v3/api_keys');
  const own = rows.find(({ name }) => name === 'Baton');
  await ask(`DELETE /_control/keys/${String(own?.api_key_id)}`);
  assert.equal((await ask('GET /v3/api_keys')).status, 401);
});

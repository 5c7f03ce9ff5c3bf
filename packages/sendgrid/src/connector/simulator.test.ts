import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { syncIntoFile } from '../testing/sync-into-file.ts';

async function run(t: TestContext, options: SimulatorOptions) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...options });
  t.after(() => simulator.close());
  return { ...(await syncIntoFile(t, simulator)), requests: simulator.control.requests() };
}

test('the requests of a sync are as many as promised, and no question is asked twice', async (t) => {
  const [teammates, admins, subusers, local] = [160, 10, 8, 12];
  const { requests, warnings } = await run(t, {
    teammates,
    admins,
    subusers,
    localTeammates: local,
    invitations: 5,
  });
  assert.deepEqual(warnings, []);
  const asked = requests.log.map(({ method, path, query, onBehalfOf }) => `${method} ${path}?${query} ${onBehalfOf}`);
  assert.equal(asked.length, new Set(asked).size);
  const lists = ['teammates', 'pending', 'subusers'].length;
  const people = teammates - admins;
  assert.ok(asked.length <= lists + people + 1 + people + subusers + local + 5, `${asked.length} requests`);
});

test('without subusers nobody is asked for subuser access', async (t) => {
  const { requests } = await run(t, { teammates: 20, admins: 2 });
  assert.ok(!requests.log.some(({ path }) => path.endsWith('/subuser_access')));
});

test('a free plan is synced without its subusers, which is said once', async (t) => {
  const { warnings, notes, result } = await run(t, { plan: 'free' });
  assert.equal([...notes, ...warnings].filter((text) => /Subusers are left out/.test(text)).length, 1);
  assert.ok(result.stats.grants > 0);
});

test('the default company is synced without a warning', async (t) => {
  const { warnings, notes } = await run(t, {});
  assert.deepEqual([...notes, ...warnings], []);
});

test('awkward names cost warnings by name and not the sync', async (t) => {
  const { warnings } = await run(t, { edgeNames: true });
  assert.ok(warnings.some((text) => /"pending"/.test(text)));
  for (const text of warnings) assert.match(text, /cannot be read|are left out/);
});

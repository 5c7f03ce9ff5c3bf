import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, simulatorFor } from './testing/ask.ts';

const nowMs = 1_780_000_030_000;

test('every answer carries limit, remaining and the start of the next minute', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2, now: () => nowMs });
  const { headers } = await ask('GET /v3/teammates');
  assert.equal(headers.get('x-ratelimit-limit'), '600');
  assert.equal(headers.get('x-ratelimit-remaining'), '599');
  const reset = Number(headers.get('x-ratelimit-reset'));
  assert.equal(reset % 60, 0);
  assert.ok(reset * 1000 > nowMs && reset * 1000 - nowMs <= 60_000);
});

test('over the limit the answer is 429 until the window ends', async (t) => {
  let now = nowMs;
  const { ask } = await simulatorFor(t, { teammates: 2, rateLimitPerMinute: 2, now: () => now });
  await ask('GET /v3/teammates');
  await ask('GET /v3/teammates');
  const over = await ask('GET /v3/teammates');
  assert.equal(refusal(over), '429 too many requests');
  assert.deepEqual(over.json, { errors: [{ message: 'too many requests', field: null }] });
  now += 60_000;
  assert.equal((await ask('GET /v3/teammates')).status, 200);
});

test('each route template has its own limit, whatever the name in the path', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 9, rateLimitPerMinute: 1, now: () => nowMs });
  assert.equal((await ask('GET /v3/teammates')).status, 200);
  assert.equal((await ask('GET /v3/teammates/person-1@example.com')).status === 429, false);
  assert.equal((await ask('GET /v3/teammates/another')).status, 429);
});

test('a shorter window ends sooner', async (t) => {
  let now = nowMs;
  const { ask } = await simulatorFor(t, { teammates: 2, rateLimitPerMinute: 1, windowMs: 1000, now: () => now });
  await ask('GET /v3/teammates');
  assert.equal((await ask('GET /v3/teammates')).status, 429);
  now += 1000;
  assert.equal((await ask('GET /v3/teammates')).status, 200);
});

test('without a limit nothing is refused', async (t) => {
  const { ask } = await simulatorFor(t, { teammates: 2, rateLimitPerMinute: 0 });
  const answers = await Promise.all(Array.from({ length: 700 }, () => ask('GET /v3/user/username')));
  assert.ok(answers.every(({ status }) => status === 200));
});

test('the reset time can be in the past, a difference, or missing', async (t) => {
  const { ask, control } = await simulatorFor(t, { teammates: 2, now: () => nowMs });
  const resetWith = async (form: 'past' | 'delta' | 'missing') => {
    control.addFault({ kind: 'rate-headers', form });
    return (await ask('GET /v3/teammates')).headers.get('x-ratelimit-reset');
  };
  assert.ok(Number(await resetWith('past')) * 1000 < nowMs);
  assert.ok(Number(await resetWith('delta')) <= 60);
  assert.equal(await resetWith('missing'), null);
});

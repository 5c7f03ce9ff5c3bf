import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import type { HttpRequest } from './http-client.ts';
import type { HttpWait } from './observer.ts';
import { clientOf, failureOf, json, serve, thing } from './testing/test-server.ts';

describe('a repeat', () => {
  test('follows a 503 to a GET, after a wait that grows', async () => {
    await using server = await serve((_, response, count) => json(response, count < 4 ? 503 : 200, { count }));
    await using client = clientOf(server.url, {}, { random: () => 1 });
    assert.deepEqual((await client.request(thing())).body, { count: 4 });
    assert.deepEqual(client.clock.waitsMs, [500, 1000, 2000]);
  });

  test('is given up after five tries, and nothing is waited for after the last', async () => {
    await using server = await serve((_, response) => json(response, 502, {}));
    await using client = clientOf(server.url);
    const error = await failureOf(client);
    assert.deepEqual([error.status, error.retryable], [502, true]);
    assert.equal(server.seen.length, 5);
    assert.equal(client.clock.waitsMs.length, 4);
  });

  test('waits as long as Retry-After says', async () => {
    await using server = await serve((_, response, count) =>
      json(response, count === 1 ? 503 : 200, {}, { 'retry-after': '17' }),
    );
    await using client = clientOf(server.url);
    await client.request(thing());
    assert.deepEqual(client.clock.waitsMs, [17_000]);
  });

  test('is not made when its wait would pass the total time, and the error says when to come back', async () => {
    await using server = await serve((_, response) => json(response, 503, {}, { 'retry-after': '17' }));
    await using client = clientOf(server.url, {}, { timeoutMs: 10_000 });
    assert.equal((await failureOf(client)).retryAfterMs, 17_000);
    assert.equal(server.seen.length, 1);
    assert.deepEqual(client.clock.waitsMs, []);
  });

  const rules: readonly (readonly [method: HttpRequest['method'], status: number, tries: number])[] = [
    ['GET', 500, 5],
    ['PUT', 500, 1],
    ['DELETE', 504, 5],
    ['PATCH', 503, 1],
    ['POST', 503, 1],
    ['POST', 429, 5],
    ['GET', 400, 1],
    ['GET', 501, 1],
  ];
  for (const [method, status, tries] of rules) {
    test(`by default: ${method} that is answered ${status} is sent ${tries} times`, async () => {
      await using server = await serve((_, response) => json(response, status, {}));
      await using client = clientOf(server.url);
      await failureOf(client, thing({ method }));
      assert.equal(server.seen.length, tries);
    });
  }

  test('is made only when mayRepeat allows it', async () => {
    await using server = await serve((_, response) => json(response, 429, {}));
    await using client = clientOf(server.url, { mayRepeat: ({ method }) => method === 'GET' });
    await failureOf(client, thing({ method: 'POST' }));
    assert.equal(server.seen.length, 1);
  });

  test('after a 429 goes out when the window has ended', async () => {
    await using server = await serve((_, response, count) =>
      json(response, count === 1 ? 429 : 200, {}, { 'X-Ratelimit-Remaining': '0', 'X-RATELIMIT-RESET': '23' }),
    );
    const waits: HttpWait[] = [];
    await using client = clientOf(
      server.url,
      {},
      { random: () => 0, observer: { onWait: (wait) => waits.push(wait) } },
    );
    await client.request(thing());
    assert.deepEqual(client.clock.waitsMs, [23_000]);
    assert.deepEqual(waits, [{ method: 'GET', route: '/v3/things/{id}', reason: 'rate limit', waitMs: 23_000 }]);
  });

  test('that may not wait so long is not sent after its wait, and may be asked for again', async () => {
    await using server = await serve((_, response) =>
      json(response, 200, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '23' }),
    );
    await using client = clientOf(server.url, {}, { random: () => 0 });
    await client.request(thing({ sendWithinMs: 5_000 }));
    const error = await failureOf(client, thing({ sendWithinMs: 5_000 }));
    assert.deepEqual([error.code, error.retryable, error.maybeApplied], [Code.Unavailable, true, false]);
    assert.match(error.message, /its turn came after 23 s.*so it was not sent/);
    assert.equal(server.seen.length, 1);
    await client.request(thing({ sendWithinMs: 5_000 }));
  });

  test('that waits for a window longer than the total time is given up', async () => {
    await using server = await serve((_, response) =>
      json(response, 429, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' }),
    );
    await using client = clientOf(server.url, {}, { timeoutMs: 60_000, random: () => 0 });
    const error = await failureOf(client);
    assert.deepEqual([error.status, error.retryAfterMs], [429, 50_000]);
    assert.equal(server.seen.length, 2);
  });

  test('is cancelled in the middle of its wait', async () => {
    await using server = await serve((_, response) => json(response, 503, {}, { 'retry-after': '100' }));
    const controller = new AbortController();
    const observer = { onRetry: () => controller.abort() };
    await using client = clientOf(server.url, {}, { observer });
    assert.equal((await failureOf(client, thing({ signal: controller.signal }))).code, Code.Canceled);
    assert.equal(server.seen.length, 1);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RequestCounter, waitTeller } from './observer.ts';
import { clientOf, json, serve, thing } from './testing/test-server.ts';

describe('an observer', () => {
  test('counts requests by route and answers by status, repeats included', async () => {
    await using server = await serve((_, response, count) => json(response, count === 1 ? 503 : 200, {}));
    const observer = new RequestCounter();
    await using client = clientOf(server.url, {}, { observer });
    await client.request(thing());
    await client.request(thing({ route: '/v3/other' }));
    assert.equal(observer.total, 3);
    assert.deepEqual(
      [...observer.byRoute],
      [
        ['GET /v3/things/{id}', 2],
        ['GET /v3/other', 1],
      ],
    );
    assert.deepEqual(
      [...observer.byStatus],
      [
        [503, 1],
        [200, 2],
      ],
    );
  });

  test('for people tells a wait and its end', async () => {
    await using server = await serve((_, response, count) =>
      json(response, 200, {}, { 'x-ratelimit-remaining': count === 1 ? '0' : '9', 'x-ratelimit-reset': '23' }),
    );
    const told: (string | undefined)[] = [];
    const observer = waitTeller({ onRequest() {}, onWait: (reason) => told.push(reason) });
    await using client = clientOf(server.url, {}, { observer, random: () => 0 });
    await client.request(thing());
    await client.request(thing());
    assert.deepEqual(told, ['rate limit, 23 s', undefined]);
  });
});

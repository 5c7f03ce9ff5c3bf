import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { createHttpClient } from './create-http-client.ts';
import { clientOf, failureOf, json, serve, thing } from './testing/test-server.ts';

const secret = 'Bearer SG.very-secret-key';

describe('a request', () => {
  test('carries the path prefix, the query, the headers and the JSON body', async () => {
    let got: unknown;
    await using server = await serve((request, response) => {
      const { accept, authorization, 'user-agent': agent, 'content-type': type } = request.headers;
      got = { accept, authorization, agent, type, body: request.text };
      json(response, 200, {});
    });
    await using client = clientOf(
      `${server.url}/api/`,
      { headers: () => ({ Authorization: secret }) },
      { userAgent: 'demo/1' },
    );
    await client.request(thing({ method: 'PUT', query: { limit: 5, q: 'a b', none: undefined }, body: { a: 1 } }));
    assert.deepEqual(server.seen, ['PUT /api/v3/things/7?limit=5&q=a+b']);
    assert.deepEqual(got, {
      accept: 'application/json',
      authorization: secret,
      agent: 'demo/1',
      type: 'application/json',
      body: '{"a":1}',
    });
  });

  test('with a header that cannot be sent is refused by the name of the header, before anything is sent', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ headers: { 'on-behalf-of': 'Łukasz' } }));
    assert.equal(error.code, Code.InvalidArgument);
    assert.match(error.message, /"on-behalf-of"/);
    assert.doesNotMatch(error.message, /ukasz/);
    assert.equal(server.seen.length, 0);
  });

  test('with a line break in a header is refused', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ headers: { a: 'b\r\nc: d' } }));
    assert.equal(error.code, Code.InvalidArgument);
  });

  test('waits for its turn when ten are under way', async () => {
    let underWay = 0;
    let most = 0;
    await using server = await serve((_, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        json(response, 200, {});
      }, 5);
    });
    await using client = clientOf(server.url);
    await Promise.all(Array.from({ length: 40 }, () => client.request(thing())));
    assert.equal(most, 10);
  });

  test('ends at once when it is cancelled, with Canceled', async () => {
    await using server = await serve(() => {});
    await using client = clientOf(server.url);
    const controller = new AbortController();
    const failed = failureOf(client, thing({ signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    const error = await failed;
    assert.equal(error.code, Code.Canceled);
    assert.equal(error.retryable, false);
  });

  test('leaves no listener on its signal, whatever became of it', async () => {
    await using server = await serve((_, response, count) => json(response, count % 2 === 0 ? 404 : 200, {}));
    await using client = clientOf(server.url, { concurrency: 2 });
    const { signal } = new AbortController();
    await Promise.allSettled(Array.from({ length: 20 }, () => client.request(thing({ signal }))));
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('that is cancelled before it starts is not sent', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using client = clientOf(server.url);
    assert.equal((await failureOf(client, thing({ signal: AbortSignal.abort() }))).code, Code.Canceled);
    assert.equal(server.seen.length, 0);
  });

  test('to an address that is none is refused when the client is made, without quoting it', () => {
    assert.throws(
      () => createHttpClient({ baseUrl: 'https://user:hunter2@api.example', headers: () => ({}) }, { timeoutMs: 1 }),
      (error) => BatonError.is(error) && error.code === Code.InvalidArgument && !error.message.includes('hunter2'),
    );
  });
});

describe('a client that is closed', () => {
  test('fails what still waits for its turn and takes nothing more', async () => {
    let closing: Promise<void> | undefined;
    await using server = await serve((_, response) => {
      closing = client.close();
      json(response, 200, { ok: true });
    });
    await using client = clientOf(server.url, { concurrency: 1 });
    const first = client.request(thing());
    const second = failureOf(client);
    assert.deepEqual((await first).body, { ok: true });
    await closing;
    assert.equal((await second).code, Code.Canceled);
    assert.equal((await failureOf(client)).message, 'the HTTP client was closed');
  });

  test('can be closed again', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using client = clientOf(server.url);
    await client.request(thing());
    await client.close();
    await client.close();
  });
});

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { createHttpClient } from './create-http-client.ts';
import type { HttpRequest } from './http-client.ts';
import { HttpError } from './http-error.ts';
import { type HttpWait, RequestCounter, waitTeller } from './observer.ts';
import { clientOf, json, serve, type TestClient, thing } from './testing/test-server.ts';

const secret = 'Bearer SG.very-secret-key';

async function failureOf(client: TestClient, request: HttpRequest = thing()): Promise<HttpError> {
  const error: unknown = await client.request(request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HttpError, `no HttpError: ${String(error)}`);
  return error;
}

describe('an answer', () => {
  test('is parsed, with header names in lower case', async () => {
    await using server = await serve((_, response) => json(response, 200, { id: 7 }, { 'X-Thing': 'yes' }));
    await using client = clientOf(server.url);
    const { status, headers, body } = await client.request(thing());
    assert.deepEqual({ status, thing: headers.get('x-thing'), body }, { status: 200, thing: 'yes', body: { id: 7 } });
  });

  test('without a body has an undefined body', async () => {
    await using server = await serve((_, response) => response.writeHead(204).end());
    await using client = clientOf(server.url);
    const { status, body } = await client.request(thing({ method: 'DELETE' }));
    assert.deepEqual([status, body], [204, undefined]);
  });

  test('that is an HTML page with status 200 is an error that says so', async () => {
    await using server = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<html>\n\u0007Sign in</html>');
    });
    await using client = clientOf(server.url);
    const error = await failureOf(client);
    assert.equal(error.code, Code.Internal);
    assert.match(
      error.message,
      /answered 200 with \d+ bytes, text\/html, beginning with "<html> Sign in<\/html>" instead of whole JSON/,
    );
  });

  test('that is cut JSON is an error', async () => {
    await using server = await serve((_, response) => {
      response.setHeader('content-type', 'application/json; charset=utf8');
      response.end('{"result":[{"username":"a"');
    });
    await using client = clientOf(server.url);
    assert.equal((await failureOf(client)).code, Code.Internal);
  });

  test('that quotes the credential does not bring it into the message', async () => {
    await using server = await serve((request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`your header was ${request.headers.authorization}`);
    });
    await using client = clientOf(server.url, { headers: () => ({ authorization: secret }) });
    const { message } = await failureOf(client);
    assert.match(message, /your header was \*\*\*/);
    assert.doesNotMatch(message, /secret/);
  });

  test('to a write is never quoted, since it may hold a new secret', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"api_key":"SG.new-secret');
    });
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ method: 'POST', body: {} }));
    assert.doesNotMatch(error.message, /new-secret/);
    assert.equal(error.maybeApplied, true);
  });

  test('that is larger than the limit is not read to its end', async () => {
    await using server = await serve((_, response) => {
      response.setHeader('content-type', 'application/json');
      const part = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(part)) {}
      };
      response.on('drain', more);
      more();
    });
    await using client = clientOf(server.url);
    const error = await failureOf(client);
    assert.match(error.message, /answered 200 with more than 32 MiB/);
  });

  test('that redirects is an error that names the host and is not followed', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example/login?token=abc' }).end();
    });
    await using client = clientOf(server.url);
    const error = await failureOf(client);
    assert.equal(error.code, Code.FailedPrecondition);
    assert.match(error.message, /answered 302: a redirect to elsewhere\.example, which is not followed/);
    assert.doesNotMatch(error.message, /token/);
    assert.equal(server.seen.length, 1);
  });

  const codes: readonly (readonly [status: number, code: Code])[] = [
    [400, Code.InvalidArgument],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.NotFound],
    [408, Code.DeadlineExceeded],
    [409, Code.AlreadyExists],
    [422, Code.InvalidArgument],
    [429, Code.Unavailable],
    [500, Code.Unavailable],
    [501, Code.Unimplemented],
    [503, Code.Unavailable],
  ];
  test('outside 2xx has the code of its status', async () => {
    await using server = await serve((request, response) => json(response, Number(request.url?.slice(1)), { no: 1 }));
    await using client = clientOf(server.url, { mayRepeat: () => false });
    for (const [status, code] of codes) {
      const error = await failureOf(client, thing({ route: `/${status}`, path: `/${status}` }));
      assert.deepEqual([error.status, error.code, error.body], [status, code, { no: 1 }]);
      assert.equal(BatonError.is(error), true);
    }
  });

  test('outside 2xx is told in the words that describeError finds in its body', async () => {
    await using server = await serve((_, response) => json(response, 403, { error: 'access forbidden' }));
    await using client = clientOf(server.url, {
      describeError: (_, body) =>
        typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : undefined,
    });
    const { message } = await failureOf(client);
    assert.equal(message, 'GET /v3/things/{id} answered 403: access forbidden');
  });

  test('outside 2xx that nothing describes is told in the words of HTTP', async () => {
    await using server = await serve((_, response) => response.writeHead(404).end('<html>'));
    await using client = clientOf(server.url);
    assert.equal((await failureOf(client)).message, 'GET /v3/things/{id} answered 404: not found');
  });
});

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

describe('no answer', () => {
  test('after a write says that it may have been applied', async () => {
    await using server = await serve((_, response) => response.destroy());
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ method: 'POST', body: {} }));
    assert.deepEqual([error.code, error.status, error.maybeApplied], [Code.Unavailable, undefined, true]);
    assert.match(error.message, new RegExp(`the connection to ${server.host} broke before the answer was complete`));
    assert.equal(server.seen.length, 1);
  });

  test('after a read says nothing of the kind', async () => {
    await using server = await serve((_, response) => response.destroy());
    await using client = clientOf(server.url);
    assert.equal((await failureOf(client)).maybeApplied, false);
    assert.equal(server.seen.length, 5);
  });

  test('to a write is remembered when a repeat of it is refused', async () => {
    await using server = await serve((_, response, count) => {
      if (count === 1) response.destroy();
      else json(response, 404, {});
    });
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ method: 'DELETE' }));
    assert.deepEqual([error.status, error.maybeApplied], [404, true]);
  });

  test('within the time of a try is DeadlineExceeded, in a sentence that names the host', async () => {
    await using server = await serve(() => {});
    await using client = clientOf(server.url, { mayRepeat: () => false }, { tryTimeoutMs: 30 });
    const error = await failureOf(client);
    assert.equal(error.code, Code.DeadlineExceeded);
    assert.match(error.message, new RegExp(`${server.host} did not answer within 0.03 s`));
  });

  test('when half an answer has come and the rest never does ends with the time of the try', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
    });
    await using client = clientOf(server.url, { mayRepeat: () => false }, { tryTimeoutMs: 60 });
    assert.equal((await failureOf(client)).code, Code.DeadlineExceeded);
  });

  test('since nothing listens is told as a refused connection', async () => {
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    await using client = clientOf(server.url);
    const error = await failureOf(client, thing({ method: 'POST' }));
    assert.match(error.message, new RegExp(`${server.host} refuses the connection`));
    assert.deepEqual([error.code, error.maybeApplied], [Code.Unavailable, false]);
  });

  test('is told to the observer as often as it was tried', async () => {
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    const codes: Code[] = [];
    const observer = { onNoAnswer: ({ code }: { readonly code: Code }) => codes.push(code) };
    await using client = clientOf(
      server.url,
      { mayRepeat: (_, { status }) => status === undefined && codes.length < 2 },
      { observer },
    );
    await failureOf(client);
    assert.deepEqual(codes, [Code.Unavailable, Code.Unavailable]);
  });

  test('since the name does not exist is told as such', async () => {
    await using client = clientOf('http://no-such-host.invalid', { mayRepeat: () => false });
    assert.match((await failureOf(client)).message, /no-such-host\.invalid.*DNS/);
  });

  test('that is HTTP is an error that holds nothing of what came', async () => {
    const server = createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      await using client = clientOf(`http://127.0.0.1:${port}`, { mayRepeat: () => false });
      assert.match((await failureOf(client)).message, /is not HTTP: check the address and its port$/);
    } finally {
      server.close();
    }
  });
});

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

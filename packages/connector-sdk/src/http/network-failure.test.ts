import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { clientOf, failureOf, json, serve, thing } from './testing/test-server.ts';

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

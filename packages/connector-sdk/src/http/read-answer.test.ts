import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { clientOf, failureOf, json, serve, thing } from './testing/test-server.ts';

const secret = 'Bearer SG.very-secret-key';

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

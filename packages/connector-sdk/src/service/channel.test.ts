import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type BatonError, Code } from '@baton-ts/protocol/errors';
import { Code as ConnectCode, ConnectError } from '@connectrpc/connect';
import { systemClock } from '../http/clock.ts';
import { type Channel, openChannel } from './channel.ts';
import { type ClientId, readClientId } from './credentials.ts';
import { rpcError } from './rpc-error.ts';
import { channelTo, startC1 } from './testing/c1.ts';
import { serveHtml, serveProxy, serveRefusingProxy, serveWithoutAlpn } from './testing/servers.ts';
import { Trust } from './trust.ts';

const poll = { hostId: 'host-1' };

async function failureOf({ client }: Channel): Promise<BatonError> {
  const error: unknown = await client.getTask(poll).catch((reason: unknown) => reason);
  assert.ok(error instanceof Error);
  return rpcError(error, 'GetTask', 'C1');
}

/** A C1 that counts what arrives: token requests by the tokens in use, and headers of calls. */
async function startCounting(t: TestContext, options: Parameters<typeof startC1>[1] = {}) {
  const calls: Headers[] = [];
  const c1 = await startC1(t, {
    ...options,
    interceptors: [
      (next) => (request) => {
        calls.push(request.header);
        return next(request);
      },
    ],
  });
  const tokens = (): number => new Set(calls.map((header) => header.get('authorization'))).size;
  return { c1, calls, tokens };
}

function at(host: string): ClientId {
  return readClientId(`quick-otter@${host}/pcc`, '--client-id', {});
}

describe('tokens', () => {
  test('many calls at once share one token', async (t) => {
    const { c1, calls, tokens } = await startCounting(t);
    const { client } = channelTo(t, c1);
    await Promise.all(Array.from({ length: 20 }, () => client.getTask(poll)));
    assert.deepEqual([calls.length, tokens()], [20, 1]);
  });

  test('a token is replaced 10 s before it ends', async (t) => {
    let elapsedMs = 0;
    const wallMs = (): number => Date.now() + elapsedMs;
    const { c1, tokens } = await startCounting(t, {
      limits: { tokenLifetimeMs: 60_000, pollWaitMs: 0 },
      clock: { now: wallMs, sleep: (ms, signal) => systemClock.sleep(ms, signal) },
    });
    const { client } = channelTo(t, c1, { clock: { ...systemClock, wallMs, nowMs: () => elapsedMs } });
    await client.getTask(poll);
    elapsedMs = 49_000;
    await client.getTask(poll);
    assert.equal(tokens(), 1);
    elapsedMs = 51_000;
    await client.getTask(poll);
    assert.equal(tokens(), 2);
  });

  test('a token that the server does not know any more is fetched anew once, unseen by the caller', async (t) => {
    const c1 = await startC1(t);
    const { client } = channelTo(t, c1);
    await client.getTask(poll);
    let rejected = 0;
    await c1.stop();
    await c1.start({
      interceptors: [
        (next) => (request) => {
          rejected += 1;
          if (rejected === 1) throw new ConnectError('token unknown', ConnectCode.Unauthenticated);
          return next(request);
        },
      ],
    });
    await client.getTask(poll);
    assert.equal(rejected, 2);
  });

  test('a server that rejects every token is told as a rejected credential', async (t) => {
    const c1 = await startC1(t, {
      interceptors: [
        () => () => {
          throw new ConnectError('no', ConnectCode.Unauthenticated);
        },
      ],
    });
    assert.equal((await failureOf(channelTo(t, c1))).code, Code.Unauthenticated);
  });

  test('the secret of another credential is rejected, with what to do', async (t) => {
    const c1 = await startC1(t);
    const other = await startC1(t);
    const error = await failureOf(channelTo(t, c1, { key: other.key }));
    assert.equal(error.code, Code.Unauthenticated);
    assert.match(error.message, /rejects the credential of quick-otter@.*client secret belongs to this client id/);
  });

  test('a clock that is off by an hour is told, and the call may succeed later', async (t) => {
    const c1 = await startC1(t);
    const clock = { ...systemClock, wallMs: () => Date.now() + 3_600_000 };
    const error = await failureOf(channelTo(t, c1, { clock }));
    assert.deepEqual([error.code, error.retryable], [Code.FailedPrecondition, true]);
    assert.match(error.message, /clock is 60 min ahead of the server's/);
  });
});

describe('calls', () => {
  test('carry the user agent and no header that a Go client would not send', async (t) => {
    const { c1, calls } = await startCounting(t);
    await channelTo(t, c1).client.getTask(poll);
    const header = calls[0];
    assert.match(header?.get('user-agent') ?? '', /^quick-otter baton-sdk\/v0\.25\.0 /);
    assert.match(header?.get('authorization') ?? '', /^Bearer ./);
    assert.equal(header?.get('grpc-accept-encoding'), null);
  });

  test('use one connection', async (t) => {
    const c1 = await startC1(t);
    const port = Number(new URL(c1.server.url ?? '').port);
    const proxy = await serveProxy(t, port);
    const { client } = channelTo(t, c1, { env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } });
    for (let count = 0; count < 5; count += 1) await client.getTask(poll);
    assert.equal(proxy.asked.length, 1);
  });

  test('go on over a new connection after the old one broke', async (t) => {
    const c1 = await startC1(t);
    const { client } = channelTo(t, c1);
    await client.getTask(poll);
    c1.server.dropConnections();
    await client.getTask(poll).catch(() => client.getTask(poll));
  });

  test('go on when the server was restarted', async (t) => {
    const c1 = await startC1(t);
    const channel = channelTo(t, c1);
    await channel.client.getTask(poll);
    await c1.stop();
    const error = await failureOf(channel);
    assert.deepEqual([error.code, error.retryable], [Code.Unavailable, true]);
    await c1.start();
    await channel.client.getTask(poll);
  });
});

describe('a server that cannot be reached as it should', () => {
  test('whose certificate nothing trusts: the error says how to trust it', async (t) => {
    const c1 = await startC1(t);
    const { clientId, key } = c1;
    const channel = openChannel({ clientId, key, trust: new Trust(), env: {}, clock: systemClock });
    t.after(() => channel.close());
    const error = await failureOf(channel);
    assert.deepEqual([error.code, error.retryable], [Code.FailedPrecondition, true]);
    assert.match(error.message, /certificate of 127.0.0.1:\d+ is not signed by an authority.*NODE_EXTRA_CA_CERTS/);
  });

  test('that does not offer HTTP/2 is told as such', async (t) => {
    const c1 = await startC1(t);
    const clientId = at(`127.0.0.1:${await serveWithoutAlpn(t)}`);
    const error = await failureOf(channelTo(t, c1, { clientId }));
    assert.match(error.message, /does not offer HTTP\/2 \(ALPN "h2"\)/);
    assert.equal(error.retryable, true);
  });

  for (const status of [200, 404, 503]) {
    test(`that answers an HTML page with status ${status} is told as such`, async (t) => {
      const c1 = await startC1(t);
      const clientId = at(`127.0.0.1:${await serveHtml(t, status)}`);
      const error = await failureOf(channelTo(t, c1, { clientId }));
      assert.equal(error.retryable, true);
      assert.match(error.message, status === 503 ? /answered HTTP 503/ : /an HTML page.*right host/);
    });
  }

  for (const [status, said] of [
    [200, /answered GetTask with something that is not gRPC, such as an HTML page/],
    [502, /answered GetTask with HTTP 502 instead of gRPC/],
  ] as const) {
    test(`that gives tokens, but answers calls with an HTML page and status ${status}, is told as such`, async (t) => {
      const c1 = await startC1(t);
      const clientId = at(`127.0.0.1:${await serveHtml(t, status, true)}`);
      const error = await failureOf(channelTo(t, c1, { clientId }));
      assert.deepEqual([error.code, error.retryable], [Code.Unavailable, true]);
      assert.match(error.message, said);
    });
  }
});

describe('proxies', () => {
  test('HTTPS_PROXY is asked for a connection, with the name and the password in it', async (t) => {
    const c1 = await startC1(t);
    const proxy = await serveProxy(t, Number(new URL(c1.server.url ?? '').port));
    const env = { HTTPS_PROXY: `http://user:pass@127.0.0.1:${proxy.port}` };
    const { client } = channelTo(t, c1, { env, clientId: { ...c1.clientId, server: at('c1.example').server } });
    await client.getTask(poll);
    assert.deepEqual(proxy.asked, [`c1.example:443 Basic ${Buffer.from('user:pass').toString('base64')}`]);
  });

  test('a proxy that refuses is told as the proxy', async (t) => {
    const c1 = await startC1(t);
    const env = { HTTPS_PROXY: `http://user:hunter2@127.0.0.1:${await serveRefusingProxy(t)}` };
    const error = await failureOf(channelTo(t, c1, { env }));
    assert.match(error.message, /the proxy in front of 127.0.0.1:\d+ refuses to connect \(HTTP 407\)/);
    assert.doesNotMatch(error.message, /hunter2/);
  });

  test('NO_PROXY keeps a host away from the proxy', async (t) => {
    const c1 = await startC1(t);
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' };
    await channelTo(t, c1, { env }).client.getTask(poll);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { clientOf, failureOf, json, serve, thing } from './testing/test-server.ts';

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for `name` that nothing trusts; undefined without the openssl program. */
function selfSigned(name: string): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'http-test-'));
  try {
    const key = join(folder, 'key.pem');
    const cert = join(folder, 'cert.pem');
    const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test'.split(' ');
    const names = ['-addext', `subjectAltName=${name}`];
    const made = spawnSync('openssl', [...kind, ...names, '-keyout', key, '-out', cert]);
    return made.status === 0 ? { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function listen(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const own = selfSigned('IP:127.0.0.1');
const others = selfSigned('DNS:other.example');
const skip =
  own === undefined || others === undefined ? 'the openssl program is not here to make a certificate' : false;

describe('over TLS', { skip }, () => {
  const tlsServer = (certificate: Certificate | undefined) =>
    listen(createHttpsServer({ ...certificate }, (_, response) => json(response, 200, { ok: true })));

  test('a certificate that nothing trusts is an error that says how to trust it, and is not tried again', async () => {
    await using server = await tlsServer(own);
    await using client = clientOf(`https://127.0.0.1:${server.port}`);
    const error = await failureOf(client);
    assert.deepEqual([error.code, error.retryable], [Code.FailedPrecondition, false]);
    assert.match(error.message, new RegExp(`certificate of 127.0.0.1:${server.port} .*NODE_EXTRA_CA_CERTS`));
    assert.deepEqual(client.clock.waitsMs, []);
  });

  test('a certificate for another name is told as such', async () => {
    await using server = await tlsServer(others);
    await using client = clientOf(
      `https://127.0.0.1:${server.port}`,
      {},
      others === undefined ? {} : { ca: others.cert },
    );
    assert.match((await failureOf(client)).message, /is for another name/);
  });

  test('an authority that the settings name is trusted', async () => {
    await using server = await tlsServer(own);
    await using client = clientOf(`https://127.0.0.1:${server.port}`, {}, own === undefined ? {} : { ca: own.cert });
    assert.deepEqual((await client.request(thing())).body, { ok: true });
  });

  test('a server that speaks plain HTTP is told as such', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using client = clientOf(server.url.replace('http:', 'https:'));
    assert.match((await failureOf(client)).message, /no secure connection to 127\.0\.0\.1:\d+ could be made/);
  });

  test('a proxy in HTTPS_PROXY tunnels the request', async () => {
    const tunnelled: (string | undefined)[] = [];
    const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket) => {
      tunnelled.push(request.url);
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(target).pipe(socket);
      });
      socket.on('error', () => target.destroy());
      target.on('error', () => socket.destroy());
    });
    await using server = await tlsServer(own);
    await using listening = await listen(proxy);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${listening.port}` };
    const settings = own === undefined ? { env } : { env, ca: own.cert };
    await using client = clientOf(`https://127.0.0.1:${server.port}`, {}, settings);
    assert.deepEqual((await client.request(thing())).body, { ok: true });
    assert.deepEqual(tunnelled, [`127.0.0.1:${server.port}`]);
  });

  test('a proxy that refuses to tunnel is told as the proxy', async () => {
    const proxy = createHttpServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
    await using listening = await listen(proxy);
    const env = { HTTPS_PROXY: `http://user:hunter2@127.0.0.1:${listening.port}` };
    await using client = clientOf('https://api.example', { mayRepeat: () => false }, { env });
    const { message } = await failureOf(client);
    assert.match(message, /the proxy in front of api\.example refuses to connect/);
    assert.doesNotMatch(message, /hunter2/);
  });
});

describe('proxies', () => {
  test('HTTP_PROXY gets requests to http addresses', async () => {
    await using proxy = await serve((_, response) => json(response, 200, { by: 'proxy' }));
    await using client = clientOf('http://api.example', {}, { env: { HTTP_PROXY: proxy.url } });
    assert.deepEqual((await client.request(thing())).body, { by: 'proxy' });
    assert.deepEqual(proxy.seen, ['GET http://api.example/v3/things/7']);
  });

  test('NO_PROXY names hosts that are called directly', async () => {
    await using proxy = await serve((_, response) => json(response, 200, { by: 'proxy' }));
    await using server = await serve((_, response) => json(response, 200, { by: 'server' }));
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: 'localhost,127.0.0.1' };
    await using client = clientOf(server.url, {}, { env });
    assert.deepEqual((await client.request(thing())).body, { by: 'server' });
  });

  test('an address of a proxy that is none is refused without being quoted', async () => {
    await using client = clientOf('http://api.example', {}, { env: { HTTP_PROXY: 'user:hunter2' } });
    const error = await failureOf(client);
    assert.equal(error.code, Code.InvalidArgument);
    assert.match(error.message, /HTTP_PROXY/);
    assert.doesNotMatch(error.message, /hunter2/);
  });

  test('a proxy that is not there is told as the proxy', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    await using client = clientOf(
      'https://api.example',
      { mayRepeat: () => false },
      { env: { HTTPS_PROXY: gone.url } },
    );
    assert.match((await failureOf(client)).message, /proxy/);
  });
});

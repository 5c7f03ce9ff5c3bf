import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { RawConnection } from './testing/raw-request.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const MIB = 1024 ** 2;
const HEAD = 'Host: console.example.com\r\nOrigin: https://console.example.com\r\n';

async function start(t: TestContext) {
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  const connections: RawConnection[] = [];
  // Before the console ends, which waits for what is still being sent.
  t.after(() => {
    for (const connection of connections) connection.destroy();
  });
  const whole = await startWholeConsole(t, store);
  const raw = (): RawConnection => {
    const connection = new RawConnection(whole.url);
    connections.push(connection);
    return connection;
  };
  /** The console goes on for everybody else. */
  const isWell = async () => (await whole.anonymous().get('/healthz')).status === 200;
  return { ...whole, raw, isWell };
}

function assertRefused(answer: string, status: number, code: string, message: RegExp): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
  for (const header of [
    /^x-content-type-options: nosniff$/im,
    /^content-security-policy: default-src 'none'/im,
    /^cache-control: no-store$/im,
    /^strict-transport-security: max-age=/im,
    /^content-type: application\/json/im,
  ]) {
    assert.match(head, header);
  }
  const error: unknown = JSON.parse(body);
  assert.ok(typeof error === 'object' && error !== null && 'code' in error && 'message' in error);
  assert.equal(error.code, code);
  assert.match(String(error.message), message);
}

describe('a request that is no request', () => {
  const broken: readonly [what: string, text: string, status: number, code: string, message: RegExp][] = [
    ['that is not HTTP', 'NONSENSE\r\n\r\n', 400, 'InvalidArgument', /not HTTP/],
    [
      'with two lengths',
      `POST /api/v1/session HTTP/1.1\r\n${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'InvalidArgument',
      /not HTTP/,
    ],
    [
      'with a header of 20 KiB',
      `GET / HTTP/1.1\r\n${HEAD}X-A: ${'a'.repeat(20 * 1024)}\r\n\r\n`,
      431,
      'ResourceExhausted',
      /16 KiB/,
    ],
    [
      'with too many headers',
      `GET / HTTP/1.1\r\n${HEAD}${'a: 1\r\n'.repeat(4_000)}\r\n`,
      431,
      'ResourceExhausted',
      /16 KiB/,
    ],
    [
      'with an address of 20 KiB',
      `GET /api/v1/apps?query=${'a'.repeat(20 * 1024)} HTTP/1.1\r\n${HEAD}\r\n`,
      431,
      'ResourceExhausted',
      /16 KiB/,
    ],
  ];
  for (const [what, text, status, code, message] of broken) {
    test(`${what} is told what is wrong, with the headers of any other answer`, async (t) => {
      const { raw, isWell } = await start(t);
      assertRefused(await raw().send(text).answer(), status, code, message);
      assert.ok(await isWell());
    });
  }
});

describe('a sender that takes its time', () => {
  // The times themselves are seconds: here they are shortened on the running server.
  test('over the headers is told so and let go', async (t) => {
    const { raw, http, isWell } = await start(t);
    assert.deepEqual([http.server.headersTimeout, http.server.requestTimeout], [10_000, 30_000]);
    http.server.headersTimeout = 100;
    const answer = await raw().send(`GET /healthz HTTP/1.1\r\n${HEAD}X-Slow: `).answer();
    assertRefused(answer, 408, 'DeadlineExceeded', /did not arrive in time/);
    assert.ok(await isWell());
  });

  test('over the body is told so and let go', async (t) => {
    const { raw, http, isWell } = await start(t);
    http.server.requestTimeout = 200;
    http.server.headersTimeout = 100;
    const head = `POST /api/v1/session HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{`;
    assertRefused(await raw().send(head).answer(), 408, 'DeadlineExceeded', /did not arrive in time/);
    assert.ok(await isWell());
  });

  test('over reading the answer is let go', async (t) => {
    const { http, raw, isWell } = await start(t);
    assert.equal(http.server.timeout, 5 * 60_000);
    http.server.timeout = 200;
    const connected = once(http.server, 'connection');
    raw().pause().send(`GET /api/v1/openapi.json HTTP/1.1\r\n${HEAD}\r\n`.repeat(100));
    const [accepted] = await connected;
    await once(accepted, 'close');
    assert.ok(await isWell());
  });

  test('cannot take every connection there could be', async (t) => {
    const { http, raw } = await start(t);
    assert.equal(http.server.maxConnections, 4_096);
    http.server.maxConnections = 3;
    for (let n = 0; n < 3; n += 1) {
      const accepted = once(http.server, 'connection');
      raw().send('GET / HTTP/1.1\r\n');
      await accepted;
    }
    assert.equal(await raw().send(`GET /healthz HTTP/1.1\r\n${HEAD}\r\n`).answer(), '');
  });
});

describe('a body that is too much', () => {
  test('is refused where its length says so, before any of it is read', async (t) => {
    const { raw } = await start(t);
    const head = `POST /api/v1/session HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nConnection: close\r\nContent-Length: ${500 * MIB}\r\n\r\n`;
    const connection = raw().send(head);
    assertRefused(await connection.answer(), 413, 'ResourceExhausted', /larger than this address takes/);
  });

  test('is refused where it does not say how long it is, and not taken in', async (t) => {
    const { raw, isWell } = await start(t);
    const connection = raw().send(
      `POST /api/v1/session HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const sent = await connection.flood(chunk, 256 * MIB);
    assert.ok(sent < 64 * MIB, `${sent} bytes were taken`);
    assert.ok(await isWell());
  });

  test('is refused on every route before its sender is heard, where nobody is signed in', async (t) => {
    const { anonymous } = await start(t);
    const { status } = await anonymous().post('/api/v1/users/import', { csv: 'x'.repeat(20 * MIB) });
    assert.equal(status, 401);
  });

  test('is refused as a file of people', async (t) => {
    const { signedIn, person, isWell } = await start(t);
    const admin = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    const { status, text } = await admin.post('/api/v1/users/import', { csv: 'x'.repeat(17 * MIB) });
    assert.equal(status, 413, text);
    assert.ok(await isWell());
  });

  test('is refused as a form for a token', async (t) => {
    const { url } = await start(t);
    const body = new URLSearchParams({ grant_type: 'x'.repeat(100_000) });
    const answer = await fetch(`${url}/auth/v1/token`, { method: 'POST', body });
    assert.equal(answer.status, 413, await answer.text());
  });

  for (const depth of [100, 5_000, 400_000]) {
    test(`is refused where it is nested ${depth} levels deep, and is no fault of the server`, async (t) => {
      const { signedIn, person, url } = await start(t);
      const admin = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const levels = open === '[' ? depth : Math.min(depth, 100_000);
        const answer = await fetch(`${url}/api/v1/search/apps`, {
          method: 'POST',
          headers: {
            cookie: admin.cookieHeader,
            origin: 'https://console.example.com',
            'x-csrf-token': admin.csrfToken,
            'content-type': 'application/json',
          },
          body: `{"query":${open.repeat(levels)}1${close.repeat(levels)}}`,
        });
        const text = await answer.text();
        assert.equal(answer.status, 400, text);
        assert.match(text, /nested deeper than 50 levels/);
      }
    });
  }
});

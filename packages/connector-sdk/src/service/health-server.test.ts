import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type HealthServer, type HealthServerOptions, startHealthServer } from './health-server.ts';

const nowMs = Date.UTC(2030, 0, 2, 3, 4, 5, 678);

function start(options: Partial<HealthServerOptions> = {}): Promise<HealthServer & AsyncDisposable> {
  return startHealthServer({
    bindAddress: '127.0.0.1',
    port: 0,
    validate: async () => [],
    notReady: () => undefined,
    hide: (text) => text.replaceAll('SG.secret', '***'),
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'baton_tasks_total 1\n' },
    clock: { wallMs: () => nowMs },
    ...options,
  }).then((server) => Object.assign(server, { [Symbol.asyncDispose]: () => server.close() }));
}

async function ask(server: HealthServer, path: string, method = 'GET') {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('a well service', () => {
  for (const [path, word] of [
    ['/health', 'healthy'],
    ['/ready', 'ready'],
    ['/live', 'alive'],
  ]) {
    test(`answers ${path} with one line of JSON`, async () => {
      await using server = await start();
      assert.deepEqual(await ask(server, path ?? ''), {
        status: 200,
        type: 'application/json',
        text: `{"status":"${word}","timestamp":"2030-01-02T03:04:05Z"}\n`,
      });
    });
  }

  test('answers every method', async () => {
    await using server = await start();
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
      assert.equal((await ask(server, '/live', method)).status, 200, method);
    }
  });

  test('answers whatever follows a question mark', async () => {
    await using server = await start();
    assert.equal((await ask(server, '/live?from=probe')).status, 200);
  });
});

test('a connector whose settings stopped working is unhealthy, still ready and alive', async () => {
  const validate = async () => {
    throw new BatonError(Code.Unauthenticated, 'the API key SG.secret was revoked');
  };
  await using server = await start({ validate });
  const { status, text } = await ask(server, '/health');
  assert.equal(status, 503);
  assert.deepEqual(JSON.parse(text), {
    status: 'unhealthy',
    timestamp: '2030-01-02T03:04:05Z',
    details: { error: 'connector validation failed', validation_error: 'the API key *** was revoked' },
  });
  assert.equal((await ask(server, '/ready')).status, 200);
  assert.equal((await ask(server, '/live')).status, 200);
});

test('a service that cannot take tasks says why it is not ready, and is alive', async () => {
  await using server = await start({ notReady: () => 'the service is stopping' });
  const { status, text } = await ask(server, '/ready');
  assert.equal(status, 503);
  const { status: word, details } = JSON.parse(text);
  assert.deepEqual([word, details], ['not_ready', { error: 'the service is stopping' }]);
  assert.equal((await ask(server, '/live')).status, 200);
});

test('every question validates anew', async () => {
  let asked = 0;
  await using server = await start({
    validate: async () => {
      asked += 1;
    },
  });
  await ask(server, '/health');
  await ask(server, '/health');
  assert.equal(asked, 2);
});

test('questions that come while one is under way share its answer', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  let came = 0;
  await using server = await start({
    validate: async () => {
      asked += 1;
      await promise;
    },
    notReady: () => {
      came += 1;
      return undefined;
    },
  });
  const answers = [1, 2, 3].map(() => ask(server, '/health'));
  // Of several connections none is read before those opened earlier.
  while (came < 3) await ask(server, '/ready');
  resolve();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 200, 200],
  );
  assert.ok(asked <= 2, String(asked));
});

test('metrics come in the type that they say', async () => {
  await using server = await start();
  assert.deepEqual(await ask(server, '/metrics'), {
    status: 200,
    type: 'text/plain; version=0.0.4',
    text: 'baton_tasks_total 1\n',
  });
});

test('there is nothing else', async () => {
  await using server = await start();
  for (const path of ['/', '/healthz', '/health/', '/ready/../metrics/x']) {
    assert.equal((await ask(server, path)).status, 404, path);
  }
});

test('closing stops a validation that is under way', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const server = await start({
    validate: (signal) => {
      started.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  const answer = ask(server, '/health').catch(() => 'cut');
  const signal = await started.promise;
  await server.close();
  assert.ok(signal.aborted);
  assert.equal(await answer, 'cut');
});

describe('when it cannot listen, the message says what to change', () => {
  test('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      await assert.rejects(start({ port }), {
        message: `the health server cannot listen on 127.0.0.1:${port}: another program uses that port; choose a free one with --health-check-port`,
      });
    } finally {
      other.close();
    }
  });

  test('an address of another machine', async () => {
    await assert.rejects(start({ bindAddress: '192.0.2.1' }), /no such address; name one of its own/);
  });

  test('a name that does not exist', async () => {
    await assert.rejects(start({ bindAddress: 'no-such-host.invalid' }), /--health-check-bind-address/);
  });
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { FlagValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { healthCheck } from './health-check.ts';

interface Probed extends AsyncDisposable {
  readonly port: number;
  readonly asked: string[];
}

/** A service that answers every probe with `status`; undefined: never. */
async function service(status: number | undefined): Promise<Probed> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (status !== undefined) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function check(flags: Record<string, FlagValue>, env: Record<string, string> = {}): Promise<void> {
  return healthCheck(new Map(Object.entries(flags)), env);
}

async function failureOf(checking: Promise<void>): Promise<{ code: Code; message: string }> {
  const error: unknown = await checking.catch((reason: unknown) => reason);
  assert.ok(BatonError.is(error));
  return { code: error.code, message: error.message };
}

test('a well service is asked whether its settings work, and nothing is said', async () => {
  await using probed = await service(200);
  await check({ 'health-check-port': probed.port });
  assert.deepEqual(probed.asked, ['/health']);
});

test('another question can be asked', async () => {
  await using probed = await service(200);
  await check({ 'health-check-port': probed.port, endpoint: 'ready' });
  await check({ 'health-check-port': probed.port, endpoint: 'live' });
  assert.deepEqual(probed.asked, ['/ready', '/live']);
});

test('port and address come from variables, too, and settings of the connector are not asked for', async () => {
  await using probed = await service(200);
  const env = { BATON_HEALTH_CHECK_PORT: String(probed.port), BATON_HEALTH_CHECK_BIND_ADDRESS: '0.0.0.0' };
  await check({}, env);
  assert.equal(probed.asked.length, 1);
});

test('an unwell service is an error with the status', async () => {
  await using probed = await service(503);
  const failure = await failureOf(check({ 'health-check-port': probed.port }));
  assert.deepEqual(failure, { code: Code.Unknown, message: 'health check returned status 503' });
});

test('no service is an error that says where it was looked for', async () => {
  const probed = await service(200);
  await probed[Symbol.asyncDispose]();
  const { code, message } = await failureOf(check({ 'health-check-port': probed.port }));
  assert.equal(code, Code.Unknown);
  assert.match(message, new RegExp(`^health check failed: nothing answers at 127\\.0\\.0\\.1:${probed.port}`));
});

test('a service that does not answer in time is an error of its own', async () => {
  await using probed = await service(undefined);
  const { code, message } = await failureOf(check({ 'health-check-port': probed.port, timeout: 1 }));
  assert.equal(code, Code.DeadlineExceeded);
  assert.match(message, /^health check failed: no answer from .* within 1 s$/);
});

test('an unknown question and a useless time limit are refused', async () => {
  assert.match((await failureOf(check({ endpoint: 'metrics' }))).message, /must be one of health, ready, live/);
  assert.match((await failureOf(check({ timeout: 0 }))).message, /from 1 to 3600 seconds, not 0/);
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startC1, type TestC1, tls } from './service/testing/c1.ts';
import { startCollector } from './telemetry/testing/collector.ts';

const program = fileURLToPath(new URL('./cli/demo-connector.test-program.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'baton-operating-'));
after(() => rmSync(folder, { recursive: true }));
const authority = join(folder, 'ca.pem');
writeFileSync(authority, tls.ca);

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** The demo connector as a process. */
function start(
  t: TestContext,
  args: readonly string[],
  env: Record<string, string>,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--conditions=x-source', program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: folder, BATON_DEMO_KEY: 'demo-secret', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part) => {
    stderr += String(part);
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: Number(code), stderr })) };
}

describe('a single run', () => {
  test('sends its steps and its log to a collector, without secrets', async (t) => {
    await using collector = await startCollector();
    const args = ['--otel-collector-endpoint', `http://${collector.address}`];
    const { code, stderr } = await start(t, args, {}).ended;
    assert.equal(code, 0, stderr);
    const run = collector.spans.find(({ name }) => name === 'sync');
    assert.equal(run?.service, 'baton-demo-server');
    const steps = collector.spans.filter(({ parentId }) => parentId === run?.id).map(({ name }) => name);
    assert.ok(steps.includes('sync resources') && steps.includes('sync saving'), steps.join());
    assert.ok(collector.logs.some(({ message, spanId }) => message === 'Sync complete.' && spanId === run?.id));
    assert.doesNotMatch(JSON.stringify([collector.spans, collector.logs]), /demo-secret/);
  });

  test('goes through TLS to a collector whose authority is named', async (t) => {
    await using collector = await startCollector({ tls });
    const address = collector.address.replace('127.0.0.1', 'localhost');
    const args = ['--otel-collector-endpoint', address, '--otel-collector-endpoint-tls-cert-path', authority];
    const { code } = await start(t, args, { BATON_OTEL_LOGGING_DISABLED: 'true' }).ended;
    assert.equal(code, 0);
    assert.deepEqual([collector.spans.some(({ name }) => name === 'sync'), collector.logs.length], [true, 0]);
  });

  test('succeeds without its collector, and says so', async (t) => {
    const collector = await startCollector();
    await collector[Symbol.asyncDispose]();
    const { code, stderr } = await start(t, [], {
      BATON_OTEL_COLLECTOR_ENDPOINT: collector.address,
      BATON_OTEL_COLLECTOR_ENDPOINT_TLS_INSECURE: 'true',
    }).ended;
    assert.equal(code, 0);
    assert.match(stderr, /Telemetry does not reach the collector at 127/);
  });

  test('says that it answers no probes', async (t) => {
    const { code, stderr } = await start(t, [], { BATON_HEALTH_CHECK: 'true' }).ended;
    assert.equal(code, 0);
    assert.match(stderr, /BATON_HEALTH_CHECK has no effect on a single run/);
  });

  test('refuses an end of debug logging that is no point in time', async (t) => {
    const { code, stderr } = await start(t, ['--log-level-debug-expires-at', 'soon'], {}).ended;
    assert.deepEqual([code, stderr.split('\n').length], [2, 2]);
    assert.match(stderr, /^--log-level-debug-expires-at is "soon"; it must be a point in time/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Asks until the answer is as wanted: the program takes a moment to start. */
async function until<Answer>(ask: () => Promise<Answer>, isWanted: (answer: Answer) => boolean): Promise<Answer> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await delay(20);
  }
}

describe('a service', () => {
  async function serve(t: TestContext, c1: TestC1, env: Record<string, string> = {}) {
    const port = await freePort();
    const variables = {
      BATON_CLIENT_ID: c1.credential.clientId,
      BATON_CLIENT_SECRET: c1.credential.clientSecret,
      NODE_EXTRA_CA_CERTS: authority,
      BATON_HEALTH_CHECK: 'true',
      BATON_HEALTH_CHECK_PORT: String(port),
      ...env,
    };
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    return { ...start(t, [], variables), port, get };
  }

  test('is alive but not ready before it has connected, ready then, and the command agrees', async (t) => {
    const c1 = await startC1(t);
    await c1.stop();
    const { child, ended, get, port } = await serve(t, c1);
    const before = await until(
      () => get('/ready'),
      ({ status }) => status === 503,
    );
    assert.match(before.text, /"status":"not_ready".*not connected to 127\.0\.0\.1:\d+ yet/);
    assert.equal((await get('/live')).status, 200);
    const env = { BATON_HEALTH_CHECK_PORT: String(port), BATON_DEMO_KEY: '' };
    const asking = await start(t, ['health-check', '--endpoint', 'ready'], env).ended;
    assert.deepEqual(asking, { code: 2, stderr: 'health check returned status 503\n' });

    await c1.start();
    await until(
      () => get('/ready'),
      ({ status }) => status === 200,
    );
    assert.equal((await get('/health')).status, 200);
    assert.deepEqual(await start(t, ['health-check'], env).ended, { code: 0, stderr: '' });
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
  });

  test('counts its tasks and sends them as spans', async (t) => {
    const c1 = await startC1(t);
    await using collector = await startCollector();
    const { child, ended, get } = await serve(t, c1, { BATON_OTEL_COLLECTOR_ENDPOINT: `http://${collector.address}` });
    await c1.server.enqueue(c1.credential.connectorId, { case: 'syncFull', value: {} });
    const { text } = await until(
      () => get('/metrics'),
      ({ text }) => text.includes('baton_tasks_total{'),
    );
    assert.match(text, /^baton_tasks_total\{type="sync_full",outcome="success"\} 1$/m);
    assert.match(text, /^baton_sync_records\{kind="resources",resource_type="person"\} 1$/m);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
    const task = collector.spans.find(({ name }) => name === 'task sync_full');
    assert.ok(task !== undefined && task.failure === undefined && typeof task.facts['task_id'] === 'string');
    assert.ok(collector.spans.some(({ name, parentId }) => name === 'sync resources' && parentId === task.id));
  });

  test('does not start when its port is taken', async (t) => {
    const c1 = await startC1(t);
    const { port } = new URL(c1.server.url ?? '');
    const { code, stderr } = await (await serve(t, c1, { BATON_HEALTH_CHECK_PORT: port })).ended;
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(`the health server cannot listen on 127\\.0\\.0\\.1:${port}: another program uses`),
    );
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Resource, readResources, renderKustomization } from './kustomize.ts';
import { kubernetes, root } from './paths.ts';
import { field, fields, isRecord } from './values.ts';
import { flagsOf, type Program } from './variables.ts';

const connector = renderKustomization(join(kubernetes, 'overlays', 'connector'));
const consoleAlone = renderKustomization(join(kubernetes, 'overlays', 'console-sqlite'));

test('the connector answers the probes of its Deployment, started with the variables of it and of the Secret', async (t) => {
  const port = await freePort();
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))).toString('base64url');
  const started = start(t, 'packages/sendgrid/src/main.ts', (folder) => ({
    ...variablesIn(connector, join(kubernetes, 'baton-sendgrid-secrets.yaml')),
    // Nobody is there: alive, and not ready.
    BATON_CLIENT_ID: 'somebody@127.0.0.1:1/test',
    BATON_CLIENT_SECRET: `secret-token:conductorone.com:v1:${jwk}`,
    BATON_HEALTH_CHECK_PORT: String(port),
    XDG_STATE_HOME: folder,
  }));
  assert.deepEqual(await answers(started, connector, port), { '/live': 200, '/ready': 503 });
});

test('the console answers the probes of its Deployment, started with the variables of it and of its settings', async (t) => {
  const port = await freePort();
  const started = start(t, 'packages/console-server/src/main.ts', (folder) => ({
    ...variablesIn(consoleAlone),
    BATON_CONSOLE_KEY: Buffer.alloc(32, 1).toString('base64'),
    BATON_CONSOLE_DATA_DIR: join(folder, 'data'),
    BATON_CONSOLE_HTTP_PORT: String(port),
    BATON_CONSOLE_CONNECTOR_PORT: '0',
  }));
  assert.deepEqual(await answers(started, consoleAlone, port), { '/healthz': 200, '/readyz': 200 });
});

for (const [program, resources, ports] of [
  ['baton-sendgrid', connector, { health: 'health-check-port' }],
  ['console', consoleAlone, { http: 'http-port', connectors: 'connector-port' }],
] as const satisfies readonly (readonly [Program, readonly Resource[], object])[]) {
  test(`the ports of ${program} are those at which it listens`, () => {
    const opened = Object.fromEntries(
      fields(containerOf(resources), 'ports').map((port) => [field(port, 'name'), field(port, 'containerPort')]),
    );
    const flags = flagsOf(program);
    const defaults = Object.entries(ports).map(([name, flag]) => [
      name,
      flags.find((one) => one.name === flag)?.default,
    ]);
    assert.deepEqual(opened, Object.fromEntries(defaults));
  });
}

interface Started {
  readonly child: ChildProcess;
  readonly errors: () => string;
}

/** The status of each address that the Deployment probes. */
async function answers(
  started: Started,
  resources: readonly Resource[],
  port: number,
): Promise<Record<string, number>> {
  const container = containerOf(resources);
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];
  const paths = [...new Set(probes.map((probe) => String(field(container, probe, 'httpGet', 'path'))))];
  const found: Record<string, number> = {};
  for (const path of paths) found[path] = (await fetchUntilUp(started, `http://127.0.0.1:${port}${path}`)).status;
  return found;
}

async function fetchUntilUp({ child, errors }: Started, url: string): Promise<Response> {
  for (;;) {
    assert.equal(child.exitCode, null, errors());
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return answer;
  }
}

function containerOf(resources: readonly Resource[]): unknown {
  const deployment = resources.find(({ kind }) => kind === 'Deployment');
  return fields(deployment, 'spec', 'template', 'spec', 'containers')[0];
}

function variablesIn(resources: readonly Resource[], ...secrets: readonly string[]): Record<string, string> {
  const own = fields(containerOf(resources), 'env').map((one) => [field(one, 'name'), field(one, 'value')]);
  const others = [...resources, ...secrets.flatMap((path) => readResources(path))].flatMap((one) => {
    const values = one.kind === 'Secret' ? one['stringData'] : one.kind === 'ConfigMap' ? one['data'] : undefined;
    return isRecord(values) ? Object.entries(values) : [];
  });
  return Object.fromEntries([...own, ...others].map(([name, value]) => [String(name), String(value)]));
}

/** The program, with nothing in its environment but this. */
function start(t: TestContext, main: string, envIn: (folder: string) => Record<string, string>): Started {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  const child = spawn(process.execPath, ['--conditions=x-source', join(root, main)], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...envIn(folder) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += String(text);
  });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });
  return { child, errors: () => errors };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

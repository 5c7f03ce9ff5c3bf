import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createC1Server, memoryStore, selfSignedTls } from '@baton-ts/c1-server';
import { openC1zReader } from '@baton-ts/c1z';
import { resourceId } from '@baton-ts/connector-sdk';

const here = import.meta.dirname;

/** A copy of the company that comes with the example, and the program run in its folder. */
function company(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-csv-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(here, '..', 'company'), folder, { recursive: true });
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, ['--conditions=x-source', join(here, 'main.ts'), '--log-level', 'error', ...args], {
      cwd: folder,
      env: { ...process.env, BATON_CSV_FOLDER: folder, TMPDIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    folder,
    start,
    holders: () => readFileSync(join(folder, 'holders.csv'), 'utf8').trim().split('\n').slice(1),
    run: async (...args: string[]) => {
      const child = start(args);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const [code] = await once(child, 'close');
      return { code, stdout, stderr };
    },
  };
}

async function grantsIn(file: string): Promise<string[]> {
  const reader = await openC1zReader(file);
  try {
    return (reader.reader()?.grants({}).rows ?? []).map(({ id }) => id).sort();
  } finally {
    await reader.close();
  }
}

test('a role that a group holds reaches the people of the groups inside it', async (t) => {
  const { folder, run } = company(t);
  assert.equal((await run()).code, 0);
  const grants = await grantsIn(join(folder, 'sync.c1z'));
  assert.ok(grants.includes('role:deploy:assigned:person:grace'), grants.join('\n'));
  assert.ok(!grants.includes('role:deploy:assigned:person:linus'), grants.join('\n'));
});

test('grants and revokes from the command line', async (t) => {
  const { run, holders } = company(t);
  await run();
  const grant = [
    '--grant-entitlement',
    'role:billing:assigned',
    '--grant-principal',
    'ada',
    '--grant-principal-type',
    'person',
  ];
  assert.match((await run(...grant, '--dry-run')).stdout, /role,billing,person,ada/);
  assert.ok(!holders().includes('role,billing,person,ada'), 'a dry run writes nothing');
  assert.equal((await run(...grant)).code, 0);
  assert.ok(holders().includes('role,billing,person,ada'));
  await run();
  assert.equal((await run('--revoke-grant', 'role:billing:assigned:person:ada')).code, 0);
  assert.ok(!holders().includes('role,billing,person,ada'));
});

test('names the file and the column that is missing', async (t) => {
  const { folder, run } = company(t);
  writeFileSync(join(folder, 'people.csv'), 'id,name\nada,Ada\n');
  const { code, stderr } = await run();
  assert.equal(code, 9);
  assert.match(stderr, /people\.csv lacks email in its first line/);
});

test('runs as a service: syncs, uploads, and does what it is asked', async (t) => {
  const { folder, start, holders } = company(t);
  const tls = selfSignedTls({ hosts: ['127.0.0.1', 'localhost'] });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, tls.ca);
  const server = createC1Server({ tls, store: memoryStore(), uploadsDir: join(folder, 'uploads') });
  await server.listen();
  t.after(() => server.close());
  const { clientId, clientSecret, connectorId } = await server.createCredential({ name: 'baton-csv' });
  const service = start(['--provisioning'], {
    BATON_CLIENT_ID: clientId,
    BATON_CLIENT_SECRET: clientSecret,
    NODE_EXTRA_CA_CERTS: ca,
  });
  t.after(() => service.kill('SIGKILL'));

  const sync = await server.enqueue(connectorId, { case: 'syncFull', value: {} });
  const synced = await server.waitFor(sync.id, AbortSignal.timeout(30_000));
  assert.equal(synced.state, 'finished', JSON.stringify(synced));
  const [upload] = synced.uploads;
  assert.ok(upload);
  assert.ok((await grantsIn(upload.path)).includes('role:deploy:assigned:person:grace'));

  const entitlement = {
    id: 'role:billing:assigned',
    slug: 'assigned',
    resource: { id: resourceId('role', 'billing') },
  };
  const principal = { id: resourceId('person', 'grace') };
  const grant = await server.enqueue(connectorId, { case: 'grant', value: { entitlement, principal } });
  assert.equal((await server.waitFor(grant.id, AbortSignal.timeout(30_000))).state, 'finished');
  assert.ok(holders().includes('role,billing,person,grace'));

  service.kill('SIGTERM');
  assert.deepEqual(await once(service, 'exit'), [0, null]);
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { builtInFlags } from '../cli/built-in-flags.ts';
import { runAsService } from './run-as-service.ts';

const outline = { name: 'baton-demo', version: '1.2.3', displayName: 'Demo', description: 'A demo', fields: {} };

/** A folder as `setup` leaves it, with these settings, and what the service told Windows. */
async function serve(t: TestContext, settings: string, before: (folder: string) => void = () => {}) {
  const data = mkdtempSync(join(tmpdir(), 'run-as-service-'));
  t.after(() => rmSync(data, { recursive: true }));
  const folder = join(data, 'ConductorOne', 'baton-demo');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), settings);
  before(folder);
  const told: string[] = [];
  const exitCode = await runAsService(
    {
      outline,
      load: () => Promise.reject(new Error('not needed')),
      specs: builtInFlags,
      env: { PROGRAMDATA: data },
    },
    async () => ({ stopping: () => void told.push('stopping'), stopped: (code) => void told.push(`stopped ${code}`) }),
  );
  return { exitCode, told, folder, log: readFileSync(join(folder, 'baton.log'), 'utf8') };
}

test('a service that cannot start says why in its log, since it has no terminal', async (t) => {
  const { exitCode, log } = await serve(t, 'client-id: "not-an-id"\nclient-secret: "secret"\n');
  assert.equal(exitCode, 3);
  const { level, msg } = JSON.parse(log);
  assert.equal(level, 'error');
  assert.match(msg, /client-id/);
});

test('a service that failed does not say that it has stopped, so that Windows starts it again', async (t) => {
  const { told } = await serve(t, 'client-id: "not-an-id"\nclient-secret: "secret"\n');
  assert.deepEqual(told, []);
});

test('a service without a client id runs no single sync instead', async (t) => {
  const { exitCode, log, folder } = await serve(t, 'workers: 1\n');
  assert.equal(exitCode, 2);
  assert.match(log, /has no client-id, without which there is no service/);
  assert.ok(!existsSync(join(folder, 'sync.c1z')));
});

test('a log beyond 10 MiB makes room for a new one', async (t) => {
  const old = 'x'.repeat(10 * 1024 * 1024 + 1);
  const { folder, log } = await serve(t, 'workers: 1\n', (at) => writeFileSync(join(at, 'baton.log'), old));
  assert.equal(readFileSync(join(folder, 'baton.log.1'), 'utf8').length, old.length);
  assert.ok(log.length < 1000);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleLedgerService } from './testing/bundle-program.ts';
import { startC1 } from './testing/c1.ts';
import { filesFor, startProgram } from './testing/ledger-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-ledger-'));
after(() => rmSync(folder, { recursive: true }));
const program = await bundleLedgerService(folder);

test('SIGTERM ends an idle service with 0 at once; without a server as well', async (t) => {
  const c1 = await startC1(t);
  const { child, connected } = startProgram(t, program, filesFor(t, c1));
  await connected();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await c1.stop();
  const lonely = startProgram(t, program, filesFor(t, c1));
  while (!lonely.log().includes('Not connected to')) await delay(2);
  lonely.child.kill('SIGINT');
  assert.deepEqual(await once(lonely.child, 'exit'), [0, null]);
});

test('the secret of another credential ends the program with 16 and says what to do', async (t) => {
  const c1 = await startC1(t);
  const other = await startC1(t);
  const files = filesFor(t, c1);
  const { child, log } = startProgram(t, program, {
    ...files,
    env: { ...files.env, BATON_CLIENT_SECRET: other.credential.clientSecret },
  });
  assert.deepEqual(await once(child, 'exit'), [16, null]);
  assert.match(log(), /Check that the client secret belongs to this client id/);
  assert.doesNotMatch(log(), new RegExp(other.credential.clientSecret));
});

for (const [what, change, message] of [
  [
    'a client id without a host',
    { BATON_CLIENT_ID: 'demo@acme' },
    /BATON_CLIENT_ID is not a client id: there is no "\/"/,
  ],
  ['a secret of three parts', { BATON_CLIENT_SECRET: 'a:b:v1' }, /client secret is malformed: it has 3 parts/],
  ['a client id without a secret', { BATON_CLIENT_SECRET: '' }, /BATON_CLIENT_ID is set, but no client secret/],
  ['a single run and a service at once', { BATON_REVOKE_GRANT: 'g' }, /BATON_REVOKE_GRANT asks for a single run/],
  ['no task at once', { BATON_TASK_CONCURRENCY: '0' }, /task-concurrency .*at least 1/],
] as const) {
  test(`${what} is refused with a plain sentence`, async (t) => {
    const c1 = await startC1(t);
    const files = filesFor(t, c1);
    const { child, log } = startProgram(t, program, { ...files, env: { ...files.env, ...change } });
    const [exitCode] = await once(child, 'exit');
    assert.notEqual(exitCode, 0);
    assert.match(log(), message);
  });
}

test('SSL_CERT_FILE names the authority to trust, as for Go programs', async (t) => {
  const c1 = await startC1(t);
  const files = filesFor(t, c1);
  const { NODE_EXTRA_CA_CERTS: ca = '', ...env } = files.env;
  const { child, connected } = startProgram(t, program, { ...files, env: { ...env, SSL_CERT_FILE: ca } });
  await connected();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a certificate that nothing trusts is waited for, and the log says how to trust it', async (t) => {
  const c1 = await startC1(t);
  const files = filesFor(t, c1);
  const { child, log } = startProgram(t, program, { ...files, env: { ...files.env, NODE_EXTRA_CA_CERTS: '' } });
  while (!log().includes('Not connected to')) await delay(2);
  assert.match(log(), /not signed by an authority that this machine trusts.*NODE_EXTRA_CA_CERTS/);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('settings of single runs that have no effect are named in the log', async (t) => {
  const c1 = await startC1(t);
  const files = filesFor(t, c1);
  const env = { ...files.env, BATON_FILE: 'x.c1z', BATON_KEEP_PREVIOUS_SYNC_C1Z: 'true' };
  const { child, connected, log } = startProgram(t, program, { ...files, env });
  await connected();
  assert.match(log(), /BATON_FILE has no effect in service mode/);
  assert.match(log(), /BATON_KEEP_PREVIOUS_SYNC_C1Z has no effect/);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

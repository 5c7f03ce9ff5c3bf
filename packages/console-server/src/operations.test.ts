import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { issueCertificate, newAuthority } from '@baton-ts/c1-server';
import type { Connector, ConnectorListener } from '@baton-ts/console-api';
import { type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { KEY_FILE } from './settings/key-ring.ts';
import { type Caller, command, ended, setUp, signIn, start } from './testing/console-process.ts';
import { tempFolder } from './testing/with-stores.ts';

/** On a machine that does other things as well. */
const WAIT_MS = 90_000;

/** A console of one company, whose SendGrid is the simulator. */
async function company(t: TestContext, options: SimulatorOptions = {}, flags: readonly string[] = []) {
  const simulator = await startSimulator(options);
  t.after(() => simulator.close());
  const dataDir = tempFolder(t);
  const open = (folder = dataDir) => start(t, folder, '--sendgrid-base-url', simulator.url, ...flags);
  const running = await open();
  const call = await setUp(running);
  const { user } = (await call('GET', '/api/v1/session')) as { user: { id: string } };
  const { connector } = (await call('POST', '/api/v1/connectors/create', {
    catalogId: 'sendgrid',
    displayName: 'SendGrid',
    app: { kind: 'new', displayName: 'SendGrid' },
    userIds: [user.id],
  })) as { connector: Connector };
  const path = `/api/v1/apps/${connector.appId}/connectors/${connector.id}`;
  await call('POST', `${path}/config`, { values: {}, secrets: { 'sendgrid-api-key': simulator.apiKey } });
  const until = async (by: Caller, isSo: (now: Connector) => boolean): Promise<Connector> => {
    const endMs = Date.now() + WAIT_MS;
    for (;;) {
      const { connector: now } = (await by('GET', path)) as { connector: Connector };
      if (isSo(now)) return now;
      if (Date.now() > endMs) throw new Error(`It stays ${now.status}: ${now.statusReason} ${now.lastError ?? ''}`);
      await delay(25);
    }
  };
  return { dataDir, running, call, open, path, until };
}

const isConnected = ({ status }: Connector): boolean => status === 'CONNECTED';

/** Files and folders that others than their owner may use, by their path. */
function openToOthers(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return ['', ...all].filter((path) => (statSync(join(folder, path)).mode & 0o077) !== 0);
}

test('with the certificate of a private authority browsers get HTTPS and hosted connectors sync', async (t) => {
  const folder = tempFolder(t);
  const authority = newAuthority({ name: 'Marlowe', validDays: 30 });
  const { cert, key } = issueCertificate(authority, { hosts: ['localhost'] });
  const files = Object.entries({ 'tls-cert': cert, 'tls-key': key, 'tls-ca': authority.cert });
  const flags = files.flatMap(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return [`--${name}`, join(folder, name)];
  });
  setDefaultCACertificates([...getCACertificates('default'), authority.cert]);
  const { dataDir, running, call, path, until } = await company(t, {}, flags);
  assert.match(running.url, /^https:/);
  await until(call, isConnected);
  assert.ok(!existsSync(join(dataDir, 'ca.pem')), 'an authority of its own was made');
  const { listener } = (await call('GET', `${path}/credentials`)) as { listener: ConnectorListener };
  assert.equal(listener.authority, authority.cert);
});

test('a backup that is made in the middle of a sync brings everything back, and the sync with it', async (t) => {
  const { dataDir, running, call, open, path, until } = await company(t);
  const { counts } = await until(call, isConnected);
  await call('POST', `${path}/force_sync`, {});
  const backup = join(tempFolder(t), 'backup');
  const made = await command(t, dataDir, 'backup', backup);
  assert.equal(made.code, 0, made.errors);
  running.child.kill('SIGKILL');
  await ended(running.child);

  const again = join(tempFolder(t), 'again');
  const restored = await command(t, again, 'restore', backup);
  assert.equal(restored.code, 0, restored.errors);
  const without = await command(t, again, 'audit', 'verify');
  assert.equal(without.code, 0, without.errors);
  copyFileSync(join(dataDir, KEY_FILE), join(again, KEY_FILE));
  const signedIn = await signIn(await open(again));
  assert.deepEqual((await until(signedIn, isConnected)).counts, counts);
});

test('a console with a connector', async (t) => {
  const { dataDir, running: first, call, open, until } = await company(t, { latencyMs: 100 });
  let running = first;

  await t.test(
    'ends in peace when it is asked to stop in the middle of a sync, and the next one finishes it',
    async () => {
      await until(call, ({ progress }) => progress?.step === 'TEAMMATES');
      running.child.kill('SIGTERM');
      assert.equal(await ended(running.child), 0, running.errors());
      running = await open();
      await until(await signIn(running), isConnected);
    },
  );

  await t.test(
    'everything in the data folder and in a backup is for its owner only',
    { skip: process.platform === 'win32' && 'no modes' },
    async (t) => {
      const signedIn = await signIn(running);
      const csv = 'email,name\nomar@marlowe.example,Omar\n';
      await signedIn('POST', '/api/v1/users/import', { csv, apply: true });
      const backup = join(tempFolder(t), 'backup');
      const made = await command(t, dataDir, 'backup', backup);
      assert.equal(made.code, 0, made.errors);
      const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
      assert.ok(files.some((name) => name.endsWith('.c1z')));
      assert.deepEqual(openToOthers(dataDir), []);
      assert.deepEqual(openToOthers(backup), []);
      running.child.kill('SIGTERM');
      assert.equal(await ended(running.child), 0);
      assert.deepEqual(openToOthers(dataDir), []);
    },
  );
});

test('a console without connectors', async (t) => {
  const dataDir = tempFolder(t);
  const running = await start(t, dataDir);

  await t.test('the authority of connectors is replaced in two commands while the console runs', async (t) => {
    const first = await command(t, dataDir, 'authority', 'switch');
    assert.equal(first.code, 9);
    assert.match(first.errors, /Make one with: console authority renew/);
    assert.match((await command(t, dataDir, 'authority', 'renew')).output, /ca\.pem holds a new authority/);
    const { code, output } = await command(t, dataDir, 'authority', 'switch');
    assert.equal(code, 0);
    assert.match(output, /within a minute/);
    assert.match((await command(t, dataDir, 'authority')).errors, /usage: console authority renew/);
  });

  await t.test('a backup is not put over a data folder that is in use, and nothing is changed', async (t) => {
    await setUp(running);
    const backup = join(tempFolder(t), 'backup');
    await command(t, dataDir, 'backup', backup);
    const refused = await command(t, dataDir, 'restore', backup);
    assert.equal(refused.code, 9);
    assert.match(refused.errors, /The data folder .* is not empty .*Name an empty one/);
    await signIn(running);
  });

  await t.test('it ends in peace while a browser keeps its connection open', async () => {
    const response = await fetch(`${running.url}/healthz`, { headers: { connection: 'keep-alive' } });
    await response.text();
    running.child.kill('SIGTERM');
    assert.equal(await ended(running.child), 0, running.errors());
  });

  await t.test('an older program refuses what a newer one has made, with each of its commands', async (t) => {
    {
      using database = new DatabaseSync(join(dataDir, 'console.db'));
      database.exec('insert into schema_versions (version, applied_ms) values (999, 0)');
    }
    for (const words of [['start', '--http-port', '0'], ['audit', 'verify'], ['rotate-key'], ['authority', 'renew']]) {
      const { code, errors } = await command(t, dataDir, ...words);
      assert.equal(code, 9, words.join(' '));
      assert.match(errors, /made by a newer version of this program.*version 999.*restore a backup/, words.join(' '));
    }
    const backup = join(tempFolder(t), 'backup');
    assert.equal((await command(t, dataDir, 'backup', backup)).code, 0);
    const refused = await command(t, join(tempFolder(t), 'other'), 'restore', backup);
    assert.equal(refused.code, 9);
    assert.match(refused.errors, /The backup was made by a newer version of this program/);
  });
});

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issueCertificate, type Logger, newAuthority, selfSignedTls } from '@baton-ts/c1-server';
import { createAuditLog } from '../audit/append.ts';
import { backUp, restore } from '../backup/backup.ts';
import { createLogger } from '../logger.ts';
import { KEY_FILE } from '../settings/key-ring.ts';
import { rotateKey } from '../settings/rotate-key.ts';
import { openKeyRing, secretBox } from '../settings/secret-box.ts';
import { openStore, type StorePlace } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { changeAuthority } from './change-authority.ts';
import { givenCertificate } from './given-certificate.ts';
import { ownCertificate } from './own-certificate.ts';
import type { ServedTls } from './served-tls.ts';

const DAY_MS = 86_400_000;
const hosts = ['console.example.test', 'localhost', '127.0.0.1'];

/** Whether whoever has this file trusts what is served. */
function isTrusted(bundle: string, { tls }: ServedTls): boolean {
  const served = new X509Certificate(tls.cert);
  const authorities = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return authorities.some((pem) => served.verify(new X509Certificate(pem).publicKey));
}

function lines(): { logger: Logger; said: () => string } {
  let text = '';
  const clock = { now: () => 0, sleep: async () => {} };
  const write = (line: string) => {
    text += line;
  };
  return { logger: createLogger({ clock, level: 'debug', format: 'json', write }), said: () => text };
}

describeOnStores('the console’s own certificate', (_, kind) => {
  /** A console in a place; several may be in one. */
  async function world(t: TestContext, place: StorePlace) {
    let aheadMs = 0;
    const clock = { now: () => Date.now() + aheadMs, sleep: async () => {} };
    const store = await openStore({ ...place, clock });
    t.after(() => store.close());
    const { dataDir } = place;
    const { logger, said } = lines();
    const parts = async () => ({
      store,
      clock,
      logger,
      dataDir,
      box: secretBox(await openKeyRing({ store, dataDir })),
      audit: createAuditLog({ store, clock }),
    });
    return {
      store,
      said,
      forward: (ms: number) => {
        aheadMs += ms;
      },
      file: () => readFileSync(join(dataDir, 'ca.pem'), 'utf8'),
      start: async (names: readonly string[] = hosts) => await ownCertificate({ ...(await parts()), hosts: names }),
      command: async (word: string) => await changeAuthority(await parts(), dataDir, word),
      rotateKey: async () => await rotateKey(store, await openKeyRing({ store, dataDir })),
    };
  }

  /** As an earlier program left it: the authority’s key was thrown away. */
  async function earlier(t: TestContext, names: readonly string[] = hosts) {
    const place = await kind.freshPlace(t);
    const { ca, cert, key } = selfSignedTls({ hosts: names, validDays: 3_650 });
    for (const [name, text] of Object.entries({ 'ca.pem': ca, 'cert.pem': cert, 'key.pem': key })) {
      writeFileSync(join(place.dataDir, name), text);
    }
    return { ca, cert, ...(await world(t, place)), dataDir: place.dataDir };
  }

  const plainRows = async (store: Store) => JSON.stringify(await store.db.selectFrom('secrets').selectAll().execute());

  test('is vouched for by an authority whose key is in no file and not readable in the database', async (t) => {
    const place = await kind.freshPlace(t);
    const { start, file, store } = await world(t, place);
    const served = await start();
    assert.ok(isTrusted(file(), served));
    assert.equal(served.authority, file());
    const left = readdirSync(place.dataDir).filter((name) => !name.startsWith('console.'));
    assert.deepEqual(left, ['ca.pem']);
    assert.doesNotMatch(await plainRows(store), /PRIVATE KEY/);
    if (process.platform !== 'win32') assert.equal(statSync(join(place.dataDir, 'ca.pem')).mode & 0o777, 0o600);
  });

  test('of another start, and for another name, has the same authority', async (t) => {
    const { start, file } = await world(t, await kind.freshPlace(t));
    await start();
    const before = file();
    const served = await start(['other.example.test']);
    assert.equal(file(), before);
    assert.ok(isTrusted(before, served));
    assert.equal(new X509Certificate(served.tls.cert).checkHost('other.example.test'), 'other.example.test');
  });

  test('of two first starts at once has one authority', async (t) => {
    const { start } = await world(t, await kind.freshPlace(t));
    const [one, other] = await Promise.all([start(), start()]);
    assert.equal(one.authority, other.authority);
  });

  test('is renewed before it ends, and stays until then', async (t) => {
    const { start, forward } = await world(t, await kind.freshPlace(t));
    const served = await start();
    const { tls, authority } = served;
    forward(59 * DAY_MS);
    await served.refresh();
    assert.equal(served.tls, tls);
    forward(2 * DAY_MS);
    await served.refresh();
    assert.notEqual(served.tls.cert, tls.cert);
    assert.ok(Date.parse(new X509Certificate(served.tls.cert).validTo) > Date.now() + 140 * DAY_MS);
    assert.equal(served.authority, authority);
    assert.ok(isTrusted(authority ?? '', served));
  });

  test('survives another key of the secrets', async (t) => {
    const { start, rotateKey: rotate } = await world(t, await kind.freshPlace(t));
    const { authority } = await start();
    await rotate();
    await rotate();
    assert.equal((await start()).authority, authority);
  });

  test('has the same authority after a restore', async (t) => {
    const place = await kind.freshPlace(t);
    const { start } = await world(t, place);
    const { authority } = await start();
    const folder = join(tempFolder(t), 'backup');
    await backUp(place, folder, { now: () => Date.now(), sleep: async () => {} });
    assert.ok(!readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('key.pem')));
    const other = await kind.emptyPlace(t);
    await restore(folder, other);
    writeFileSync(join(other.dataDir, KEY_FILE), readFileSync(join(place.dataDir, KEY_FILE)), { mode: 0o600 });
    assert.equal((await (await world(t, other)).start()).authority, authority);
  });

  test('gets a new authority in two steps, in which everybody who follows stays connected', async (t) => {
    const { start, file, command, store } = await world(t, await kind.freshPlace(t));
    const running = await start();
    const first = file();
    assert.match(await command('renew'), /Give it to every self-hosted connector/);
    const both = file();
    await running.refresh();
    assert.equal(running.authority, both);
    assert.ok(isTrusted(first, running) && isTrusted(both, running));
    await assert.rejects(command('renew'), { code: 9, message: /made already/ });

    await command('switch');
    await running.refresh();
    assert.ok(isTrusted(both, running) && !isTrusted(first, running));
    assert.equal(file(), running.authority);
    await assert.rejects(command('switch'), { code: 9, message: /no other authority/ });
    const actions = await store.db.selectFrom('audit_log').select('action').orderBy('seq').execute();
    assert.deepEqual(
      actions.map(({ action }) => action),
      Array.from({ length: 3 }, () => 'settings.connector_authority_changed'),
    );
  });

  test('of an earlier program is served on, with a word on what to do', async (t) => {
    const { ca, cert, dataDir, start, file, command, said } = await earlier(t);
    const served = await start();
    assert.equal(served.tls.cert, cert);
    assert.ok(file().startsWith(ca));
    assert.match(said(), /did not keep its key.*console authority switch/);
    for (const name of ['cert.pem', 'key.pem']) assert.ok(!existsSync(join(dataDir, name)), name);
    assert.equal((await start()).tls.cert, cert);
    const both = file();
    await command('switch');
    await served.refresh();
    assert.ok(isTrusted(both, served) && !isTrusted(ca, served));
  });

  test('of an earlier program gives way when it is for another name', async (t) => {
    const { ca, start, file, said } = await earlier(t, ['localhost']);
    const served = await start();
    assert.ok(isTrusted(file(), served) && !isTrusted(ca, served));
    assert.match(said(), /need the file .*ca\.pem anew/);
  });

  test('of an earlier program gives way before it ends', async (t) => {
    const { start, file, forward } = await earlier(t);
    const served = await start();
    const both = file();
    forward(3_645 * DAY_MS);
    await served.refresh();
    assert.ok(isTrusted(both, served));
    assert.ok(Date.parse(new X509Certificate(served.tls.cert).validTo) > Date.now() + 3_700 * DAY_MS);
  });
});

test('a given certificate that was renewed in its files is served', async (t) => {
  const { paths, write, authority } = given(t);
  const { logger } = lines();
  const served = givenCertificate(paths, logger);
  const before = served.tls;
  assert.equal(served.authority, authority.cert);
  await served.refresh();
  assert.equal(served.tls, before);
  const fresh = issueCertificate(authority, { hosts });
  write(fresh);
  await served.refresh();
  assert.deepEqual(served.tls, fresh);
});

test('a given certificate stays while its files do not belong together, which is told once', async (t) => {
  const { paths, write, authority } = given(t);
  const { logger, said } = lines();
  const served = givenCertificate(paths, logger);
  const before = served.tls;
  const fresh = issueCertificate(authority, { hosts });
  write({ ...before, cert: fresh.cert });
  await served.refresh();
  await served.refresh();
  assert.equal(served.tls, before);
  assert.equal(said().match(/is not the one of the certificate/g)?.length, 1);
  write(fresh);
  await served.refresh();
  assert.deepEqual(served.tls, fresh);
});

test('a given certificate that cannot be read or has another key is refused with its name', (t) => {
  const { paths } = given(t);
  const { logger } = lines();
  assert.throws(() => givenCertificate({ ...paths, key: '' }, logger), { code: 9, message: /--tls-key is missing/ });
  assert.throws(() => givenCertificate({ ...paths, cert: `${paths.cert}x` }, logger), {
    code: 9,
    message: /which --tls-cert names, cannot be read/,
  });
  assert.throws(() => givenCertificate({ ...paths, cert: paths.key }, logger), { code: 9, message: /is not PEM/ });
});

function given(t: TestContext) {
  const folder = tempFolder(t);
  const authority = newAuthority({ name: 'Example', validDays: 100 });
  const paths = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), authority: join(folder, 'ca.crt') };
  const write = ({ cert, key }: { readonly cert: string; readonly key: string }) => {
    writeFileSync(paths.cert, cert);
    writeFileSync(paths.key, key);
  };
  write(issueCertificate(authority, { hosts }));
  writeFileSync(paths.authority, authority.cert);
  return { paths, write, authority };
}

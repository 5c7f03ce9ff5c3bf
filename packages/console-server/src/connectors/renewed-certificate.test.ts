import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { issueCertificate, newAuthority } from '@baton-ts/c1-server';
import type { Clock } from '../clock.ts';
import { compose } from '../compose.ts';
import { silentLogger } from '../logger.ts';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { givenCertificate } from './given-certificate.ts';

const MINUTE_MS = 60_000;
const authority = newAuthority({ name: 'Example', validDays: 100 });
const ca = authority.cert;

/** Real time, except that a minute is over when the test says so. */
function minutes(): { clock: Clock; pass: () => void } {
  let minute = Promise.withResolvers<void>();
  const sleep = async (ms: number, signal: AbortSignal) => {
    if (ms !== MINUTE_MS) return await delay(ms, undefined, { signal, ref: false });
    const stop = () => minute.resolve();
    signal.addEventListener('abort', stop, { once: true });
    await minute.promise;
  };
  return {
    clock: { now: () => Date.now(), sleep },
    pass() {
      minute.resolve();
      minute = Promise.withResolvers();
    },
  };
}

async function servedAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
  socket.destroy();
  return serial;
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await delay(25);
}

test('a given certificate that is renewed reaches browsers and connectors, and cuts no connection', async (t) => {
  const dataDir = tempFolder(t);
  const [cert, key] = [join(dataDir, 'tls.crt'), join(dataDir, 'tls.key')];
  const renew = (): string => {
    const tls = issueCertificate(authority, { hosts: ['localhost'] });
    writeFileSync(cert, tls.cert);
    writeFileSync(key, tls.key);
    return new X509Certificate(tls.cert).serialNumber;
  };
  const first = renew();
  const { clock, pass } = minutes();
  const store = await openStore({ dataDir, clock });
  t.after(() => store.close());
  const console = await compose({
    store,
    clock,
    logger: silentLogger,
    dataDir,
    publicUrl: new URL('https://localhost'),
    given: givenCertificate({ cert, key }, silentLogger),
    trustedProxies: [],
    allowPrivateIssuer: false,
    connectors: { host: '127.0.0.1', port: 0, publicHost: 'localhost', names: [], localName: 'localhost' },
  });
  const url = await console.http.listen({ port: 0, host: '127.0.0.1' });
  console.connectors.start();
  const stopping = new AbortController();
  const background = console.runBackground(stopping.signal);
  t.after(async () => {
    stopping.abort();
    await console.http.close();
    await Promise.all([background, console.connectors.stop()]);
  });
  await until(() => console.connectors.port !== undefined);
  const browsers = Number(new URL(url).port);
  const connectors = console.connectors.port ?? 0;
  assert.deepEqual([await servedAt(browsers), await servedAt(connectors)], [first, first]);
  const open = connect({ port: browsers, host: '127.0.0.1', servername: 'localhost', ca });
  await once(open, 'secureConnect');
  t.after(() => open.destroy());

  const second = renew();
  pass();
  await until(async () => (await servedAt(browsers)) === second && (await servedAt(connectors)) === second);

  open.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [answer] = (await once(open, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 200/);
});

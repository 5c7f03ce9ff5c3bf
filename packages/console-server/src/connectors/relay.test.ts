import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { selfSignedTls } from '@baton-ts/c1-server';
import { withLease } from '../store/leases.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import type { ConnectorService } from './connector-service.ts';
import { Stage } from './testing/stage.ts';

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await delay(25);
}

/** The certificate that a connector gets at this port. */
async function servedAt(t: TestContext, port: number | undefined): Promise<string> {
  const socket = connectTls({ port: port ?? 0, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket.getPeerX509Certificate()?.fingerprint256 ?? '';
}

describeOnStores('two processes of a console', (open) => {
  test('both take connectors: one serves them, the other passes them on, also when they change places', async (t) => {
    const store = await open(t);
    const one = await Stage.set(t, store);
    await until(async () => (await one.service.role()) === 'serving');
    const other = await Stage.set(t, store);
    await until(async () => (await other.service.role()) === 'passing_on');
    assert.notEqual(other.service.port, one.service.port);
    assert.equal(await servedAt(t, other.service.port), await servedAt(t, one.service.port));

    const passedOn = connect({ port: other.service.port ?? 0, host: '127.0.0.1' });
    await once(passedOn, 'connect');
    const cut = once(passedOn, 'close');
    await one.service.stop();
    await cut;
    await until(async () => (await other.service.role()) === 'serving');
    await servedAt(t, other.service.port);
  });

  test('a connector that comes while nobody serves is turned away, and the process says so', async (t) => {
    const store = await open(t);
    const clock = {
      now: () => Date.now(),
      sleep: async (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }),
    };
    const holding = Promise.withResolvers<void>();
    const held = withLease(
      { store, clock, name: 'connectors', holder: 'silent', ttlMs: 60_000 },
      () => holding.promise,
    );
    await until(async () => (await store.db.selectFrom('leases').selectAll().execute()).length > 0);
    const { service } = await Stage.set(t, store);
    await until(() => service.port !== undefined);
    assert.equal(await service.role(), 'waiting');
    assert.equal(await refusedAt(service), true);
    holding.resolve();
    await held;
  });
});

async function refusedAt({ port }: ConnectorService): Promise<boolean> {
  const socket = connectTls({ port: port ?? 0, host: '127.0.0.1', ca: selfSignedTls({ hosts: ['localhost'] }).ca });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code === 'ECONNRESET';
}

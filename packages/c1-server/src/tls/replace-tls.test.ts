import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { connectClient, fetchToken } from '../testing/client.ts';
import { hello, startWorld } from '../testing/harness.ts';
import { selfSignedTls } from './certificates.ts';

test('a new certificate is for new connections; calls go on over those that are open', async (t) => {
  const world = await startWorld(t);
  await world.client.hello(hello('before'));
  const fresh = selfSignedTls({ hosts: ['127.0.0.1', 'localhost'] });
  world.server.replaceTls(fresh);

  await world.client.hello(hello('still'));
  const access = { ...world.access, ca: fresh.ca };
  const another = connectClient(access, await fetchToken(access));
  t.after(() => another[Symbol.dispose]());
  await another.hello(hello('after'));

  const { port } = new URL(world.access.url);
  const old = connect({ host: '127.0.0.1', port: Number(port), ca: world.access.ca, ALPNProtocols: ['h2'] });
  const [refusal] = (await once(old, 'error')) as [NodeJS.ErrnoException];
  assert.match(String(refusal.code), /SIGNATURE|ISSUER|SELF_SIGNED/);
});

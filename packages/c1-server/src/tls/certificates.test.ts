import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { issueCertificate, newAuthority, selfSignedTls } from './certificates.ts';

const hosts = ['localhost', 'c1.example.test', '127.0.0.1', '::1', '2001:db8::a:1', '::ffff:10.0.0.1'];

/** Connects as a client that expects `host` at the other end; gives the verdict of Node's own check. */
async function verdict(t: TestContext, host: string, ca: string, served = selfSignedTls({ hosts })): Promise<string> {
  const server = createServer({ key: served.key, cert: served.cert }, (socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const name = isIP(host) === 0 ? { servername: host } : { checkServerIdentity: () => identity(served.cert, host) };
  const socket = connect({ port, host: '127.0.0.1', ca, ...name });
  try {
    await once(socket, 'secureConnect');
    return socket.authorized ? 'trusted' : 'not trusted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

function identity(cert: string, address: string): Error | undefined {
  return new X509Certificate(cert).checkIP(address) === undefined ? new Error(`no ${address}`) : undefined;
}

for (const host of hosts) {
  test(`a client that trusts the authority trusts ${host}`, async (t) => {
    const served = selfSignedTls({ hosts });
    assert.equal(await verdict(t, host, served.ca, served), 'trusted');
  });
}

test('a client that trusts another authority refuses', async (t) => {
  assert.match(await verdict(t, 'localhost', selfSignedTls({ hosts }).ca), /SIGNATURE|ISSUER|SELF_SIGNED/);
});

test('a host that was not named is refused', async (t) => {
  const served = selfSignedTls({ hosts: ['localhost'] });
  assert.equal(await verdict(t, 'other.example.test', served.ca, served), 'ERR_TLS_CERT_ALTNAME_INVALID');
});

test('a certificate whose time has passed is refused', async (t) => {
  const served = selfSignedTls({ hosts, nowMs: Date.now() - 2 * 86_400_000, validDays: 1 });
  assert.equal(await verdict(t, 'localhost', served.ca, served), 'CERT_HAS_EXPIRED');
});

test('the authority is one, and the server certificate is none', () => {
  const { ca, cert } = selfSignedTls({ hosts, nowMs: Date.UTC(2049, 11, 1), validDays: 60 });
  const [authority, server] = [new X509Certificate(ca), new X509Certificate(cert)];
  assert.equal(authority.ca, true);
  assert.equal(server.ca, false);
  assert.equal(server.checkIssued(authority), true);
  assert.equal(server.verify(authority.publicKey), true);
  assert.equal(new Date(server.validTo).getTime(), Date.UTC(2050, 0, 30));
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});

test('whoever trusts an authority trusts each certificate that it issues, for any host', async (t) => {
  const authority = newAuthority({ name: 'Example', validDays: 10_000 });
  for (const host of ['one.example.test', 'two.example.test']) {
    const tls = issueCertificate(authority, { hosts: [host] });
    assert.equal(await verdict(t, host, authority.cert, { ca: authority.cert, ...tls }), 'trusted');
  }
});

test('a certificate ends with its authority at the latest', () => {
  const authority = newAuthority({ name: 'Example', validDays: 10 });
  const { cert } = issueCertificate(authority, { hosts: ['localhost'], validDays: 90 });
  assert.equal(new X509Certificate(cert).validTo, new X509Certificate(authority.cert).validTo);
});

test('openssl verifies the server certificate', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-certificates-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { ca, cert } = selfSignedTls({ hosts });
  const [caFile, certFile] = [join(folder, 'ca.pem'), join(folder, 'cert.pem')];
  writeFileSync(caFile, ca);
  writeFileSync(certFile, cert);
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
  } catch {
    t.skip('openssl is not on this machine');
    return;
  }
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile, '-verify_hostname', 'localhost'];
  assert.match(execFileSync('openssl', [...args, certFile], { encoding: 'utf8' }), /: OK/);
});

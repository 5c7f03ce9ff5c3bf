import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP, SocketAddress } from 'node:net';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Tls } from '../listener.ts';
import {
  bitString,
  boolean,
  type Der,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

/** Who signs certificates. Both are PEM. */
export interface Authority {
  /** For those who shall trust it. */
  readonly cert: string;
  /** For whoever signs, and nobody else. */
  readonly key: string;
}

export interface AuthorityOptions {
  /** What people see as its name; a random part is added, since two of one name would be taken for each other. */
  readonly name: string;
  readonly validDays: number;
  /** Default: now. Valid from an hour before, for those whose clock is a little late. */
  readonly nowMs?: number;
}

export interface SelfSignedTlsOptions {
  /** Names and addresses that clients will use, for example `['localhost', '127.0.0.1']`. */
  readonly hosts: readonly string[];
  /** Default: now. The certificates are valid from an hour before, for clients whose clock is a little late. */
  readonly nowMs?: number;
  /** Default 90. */
  readonly validDays?: number;
}

/** What a server needs to be trusted by those who were given its authority. All three are PEM. */
export interface SelfSignedTls {
  /** For the client: `NODE_EXTRA_CA_CERTS`, for Go `SSL_CERT_FILE`. */
  readonly ca: string;
  /** For the server: its certificate. */
  readonly cert: string;
  readonly key: string;
}

const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 90;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/**
 * Makes an authority that signs server certificates and nothing else: ECDSA P-256, which every TLS client knows.
 *
 * @example const authority = newAuthority({ name: 'Console authority', validDays: 10_000 });
 */
export function newAuthority({ name, validDays, nowMs = Date.now() }: AuthorityOptions): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `${name} ${randomBytes(4).toString('hex')}`;
  const cert = certificate({
    fromMs: nowMs - HOUR_MS,
    untilMs: nowMs + validDays * 24 * HOUR_MS,
    issuer,
    subject: issuer,
    publicKey,
    signingKey: privateKey,
    extensions: [
      extension(OID.basicConstraints, sequence(boolean(true), integer(Uint8Array.of(0))), 'critical'),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(OID.keyUsage, bitString(Uint8Array.of(0b0000_0110), 1), 'critical'),
      extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(publicKey))),
    ],
  });
  return { cert: pem(cert), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/**
 * A server certificate signed by an authority of `newAuthority`, with a key of its own. It ends with the authority at the
 * latest.
 *
 * @example const { cert, key } = issueCertificate(authority, { hosts: ['c1.example.com'], validDays: 90 });
 * @throws BatonError `InvalidArgument` without hosts
 */
export function issueCertificate(
  authority: Authority,
  { hosts, nowMs = Date.now(), validDays = DEFAULT_DAYS }: SelfSignedTlsOptions,
): Tls {
  const [firstHost] = hosts;
  if (firstHost === undefined) throw new BatonError(Code.InvalidArgument, 'A certificate needs at least one host.');
  const signer = new X509Certificate(authority.cert);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = certificate({
    fromMs: nowMs - HOUR_MS,
    untilMs: Math.min(nowMs + validDays * 24 * HOUR_MS, Date.parse(signer.validTo)),
    issuer: signer.subject.replace(/^CN=/, ''),
    subject: firstHost,
    publicKey,
    signingKey: createPrivateKey(authority.key),
    extensions: [
      extension(OID.basicConstraints, sequence(), 'critical'),
      // digitalSignature: bit 0.
      extension(OID.keyUsage, bitString(Uint8Array.of(0b1000_0000), 7), 'critical'),
      extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
      extension(OID.subjectAltName, sequence(...hosts.map(alternativeName))),
      extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(publicKey))),
      extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(signer.publicKey)))),
    ],
  });
  return { cert: pem(cert), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/**
 * An authority and a server certificate signed by it, for tests and for trying things out. The key of the authority is
 * thrown away, so that whoever trusts it trusts this one certificate.
 *
 * @example const { ca, cert, key } = selfSignedTls({ hosts: ['localhost', '127.0.0.1'] })
 * @throws BatonError `InvalidArgument` without hosts
 */
export function selfSignedTls(options: SelfSignedTlsOptions): SelfSignedTls {
  const { nowMs = Date.now(), validDays = DEFAULT_DAYS } = options;
  const authority = newAuthority({ name: 'Baton test authority', nowMs, validDays });
  return { ca: authority.cert, ...issueCertificate(authority, options) };
}

interface CertificateParts {
  readonly issuer: string;
  readonly subject: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Der[];
}

function certificate(parts: CertificateParts): Der {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  // Version 3 is written as 2. A serial number of 16 random bytes with the first bit clear is positive and never repeats.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(serial),
    algorithm,
    name(parts.issuer),
    sequence(time(parts.fromMs), time(parts.untilMs)),
    name(parts.subject),
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...parts.extensions)),
  );
  return sequence(body, algorithm, bitString(sign('sha256', body, parts.signingKey)));
}

const name = (commonName: string): Der => sequence(set(sequence(oid(OID.commonName), utf8String(commonName))));

function extension(id: string, value: Der, critical?: 'critical'): Der {
  return sequence(oid(id), ...(critical === undefined ? [] : [boolean(true)]), octetString(value));
}

function alternativeName(host: string): Der {
  return isIP(host) === 0 ? implicit(2, Buffer.from(host, 'ascii')) : implicit(7, addressBytes(host));
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  // Node's own parser writes every form in one way; only `::` is left to fill in.
  const [before = '', after] = new SocketAddress({ address, family: 'ipv6' }).address.split('::');
  const groups = (text: string): number[] => {
    const parts = text === '' ? [] : text.split(':');
    return parts.flatMap((part) => (part.includes('.') ? dottedGroups(part) : [Number.parseInt(part, 16)]));
  };
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function dottedGroups(dotted: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** RFC 5280 §4.2.1.2 (1) by a newer hash, cut to the same length (RFC 7093 §2). */
function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function pem(der: Der): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

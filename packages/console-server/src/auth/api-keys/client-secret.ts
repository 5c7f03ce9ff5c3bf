import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Secrets are the private half of an Ed25519 key behind this (`governance.md §5.2`). */
const PREFIX = 'secret-token:conductorone.com:v1:';

/** A secret has below 300 characters. */
const MAX_LENGTH = 1024;

export function newClientSecret(): { readonly clientSecret: string; readonly publicKey: string } {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (x === undefined) throw new BatonError(Code.Internal, 'Node.js made a key without its public part.');
  const document = Buffer.from(JSON.stringify({ kty, crv, x, d })).toString('base64url');
  return { clientSecret: `${PREFIX}${document}`, publicKey: x };
}

/**
 * The public key that belongs to a secret. Made from its private part: the public part that it names may be anything.
 *
 * @returns undefined for what is no secret
 */
export function publicKeyOf(clientSecret: string): string | undefined {
  if (!clientSecret.startsWith(PREFIX) || clientSecret.length > MAX_LENGTH) return undefined;
  try {
    const document: unknown = JSON.parse(Buffer.from(clientSecret.slice(PREFIX.length), 'base64url').toString('utf8'));
    if (typeof document !== 'object' || document === null || !('d' in document)) return undefined;
    const seed = Buffer.from(String(document.d), 'base64url');
    if (seed.length !== 32) return undefined;
    const der = Buffer.concat([pkcs8Head, seed]);
    return createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' }).x;
  } catch {
    return undefined;
  }
}

/** What goes in front of the 32 bytes of an Ed25519 private key (RFC 8410 §7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

import { createPublicKey, type KeyObject } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { montgomeryForm } from './ed25519-point.ts';
import { parseJsonObject } from './json-object.ts';

/** The largest RSA key takes 3 KiB; its unread private members four times that. */
const maxJwkBytes = 16 * 1024;
const minRsaBits = 2048;
/** None in use is larger, and larger ones take seconds. */
const maxRsaBits = 16_384;
/** What other implementations take. */
const maxRsaExponent = 2n ** 31n;
const curves = ['P-256', 'P-384', 'P-521'];

/** A key to encrypt to, and how (`service-protocol.md §11`). */
export interface PublicJwk {
  readonly kind: 'Ed25519' | 'RSA' | 'EC';
  readonly key: KeyObject;
}

/**
 * Reads a JSON Web Key that something is to be encrypted to. Private members are left unread.
 *
 * @throws BatonError `InvalidArgument` when it is no key that a secret may be trusted to
 */
export function parsePublicJwk(bytes: Uint8Array): PublicJwk {
  if (bytes.length > maxJwkBytes) throw unusable(`it is larger than ${maxJwkBytes} bytes`);
  const jwk = parseJsonObject(Buffer.from(bytes).toString('utf8'));
  if (jwk === undefined) throw unusable('it is not a JSON object');
  const { kty, crv } = jwk;
  if (kty === 'OKP' && crv === 'Ed25519') return ed25519(importKey({ kty, crv, ...texts(jwk, ['x']) }));
  if (kty === 'RSA') return rsa(importKey({ kty, ...texts(jwk, ['n', 'e']) }));
  if (kty === 'EC') {
    if (typeof crv !== 'string' || !curves.includes(crv))
      throw unusable(`its curve is not one of ${curves.join(', ')}`);
    return { kind: 'EC', key: importKey({ kty, crv, ...texts(jwk, ['x', 'y']) }) };
  }
  throw unusable('it is neither an Ed25519, nor an RSA, nor an EC key');
}

function ed25519(key: KeyObject): PublicJwk {
  try {
    montgomeryForm(key.export({ format: 'raw-public' }));
  } catch (cause) {
    throw unusable('its "x" is not a public key of Ed25519', cause);
  }
  return { kind: 'Ed25519', key };
}

function rsa(key: KeyObject): PublicJwk {
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (bits < minRsaBits) throw unusable(`it is an RSA key of ${bits} bits, and at least ${minRsaBits} are needed`);
  if (bits > maxRsaBits) throw unusable(`it is an RSA key of ${bits} bits, and at most ${maxRsaBits} are possible`);
  // With 1 the secret would be readable; an even one belongs to no key.
  if (exponent < 3n || exponent % 2n === 0n || exponent > maxRsaExponent)
    throw unusable('its "e" is no exponent of RSA');
  return { kind: 'RSA', key };
}

function importKey(members: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key: { ...members }, format: 'jwk' });
  } catch (cause) {
    throw unusable('its numbers do not make a public key', cause);
  }
}

function texts(jwk: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = jwk[name];
      if (typeof value !== 'string' || value === '') throw unusable(`its member "${name}" is missing`);
      return [name, value];
    }),
  );
}

function unusable(why: string, cause?: unknown): BatonError {
  return new BatonError(
    Code.InvalidArgument,
    `nothing can be encrypted to the key that came with the request: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Secret } from '../../secret.ts';
import { parseJsonObject } from './json-object.ts';
import { jwkThumbprint } from './jwk-thumbprint.ts';

/** The Ed25519 key inside a client secret. Printing it shows nothing of the private part. */
export interface ClientSecretKey {
  /** Signs the client assertion of the token request. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The `kid` member; undefined when the key has none, and a token request then names none either. */
  readonly kid: string | undefined;
  /** What others call this key by in `key_ids`: `kid`, else the hex SHA-256 thumbprint. */
  readonly keyId: string;
}

/** A key of this kind is 200 characters long. */
const maxSecretCharacters = 8192;

/**
 * Reads a client secret, `secret-token:conductorone.com:v1:<unpadded base64url of a private Ed25519 JWK>`
 * (`service-protocol.md §1`). The first two parts may be anything.
 *
 * @throws BatonError that names the part that is wrong and shows nothing of the secret
 */
export function parseClientSecret(secret: Secret): ClientSecretKey {
  const text = secret.reveal().trim();
  if (text.length > maxSecretCharacters) throw malformed(`it is longer than ${maxSecretCharacters} characters`);
  const parts = text.split(':');
  const [, , version, encoded] = parts;
  if (version === undefined || encoded === undefined || parts.length !== 4) {
    throw malformed(
      `it has ${parts.length === 1 ? 'one part' : `${parts.length} parts`} between colons instead of four`,
    );
  }
  if (version !== 'v1') throw malformed('its third part, the version, is not "v1"');
  return parseKey(encoded);
}

function parseKey(encoded: string): ClientSecretKey {
  if (!/^[\w-]+$/.test(encoded)) throw malformed('its fourth part, the key, is not unpadded base64url');
  const jwk = parseJsonObject(Buffer.from(encoded, 'base64url').toString('utf8'));
  if (jwk === undefined)
    throw malformed('its fourth part, the key, is not a JSON object in base64url: it may be cut off');
  const { kty, crv, x, d, kid } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519')
    throw malformed('its key is not an Ed25519 key ("kty": "OKP", "crv": "Ed25519")');
  if (typeof x !== 'string' || x === '') throw malformed('its key lacks "x", the public part');
  if (typeof d !== 'string' || d === '')
    throw malformed('its key lacks "d", the private part: it is a public key only');
  if (kid !== undefined && typeof kid !== 'string') throw malformed('the "kid" of its key is not text');
  for (const [name, value] of Object.entries({ x, d })) {
    if (Buffer.from(value, 'base64url').length !== 32)
      throw malformed(`"${name}" of its key is not 32 bytes in base64url`);
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  } catch {
    // What the library says may quote the key.
    throw malformed('"x" and "d" of its key do not belong together');
  }
  const publicKey = createPublicKey(privateKey);
  const named = kid === undefined || kid === '' ? undefined : kid;
  return { privateKey, publicKey, kid: named, keyId: named ?? jwkThumbprint(publicKey) };
}

function malformed(what: string): BatonError {
  return new BatonError(
    Code.Unknown,
    `the client secret is malformed: ${what}; copy it again, whole, from where the credential was made`,
  );
}

import { createHash, type KeyObject } from 'node:crypto';

/**
 * The id of a key that has none of its own: the SHA-256 thumbprint of RFC 7638, in hex (`service-protocol.md §11`).
 *
 * @param publicKey as a JWK it has exactly the members that the thumbprint is made of
 */
export function jwkThumbprint(publicKey: KeyObject): string {
  const members = Object.entries(publicKey.export({ format: 'jwk' })).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('hex');
}

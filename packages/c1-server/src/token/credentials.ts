import { generateKeyPairSync, randomInt } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Clock } from '../clock.ts';
import type { C1Store, CredentialRecord } from '../store/store.ts';

/** What a connector needs to report to the server. The secret is shown here and nowhere else. */
export interface NewCredential {
  readonly connectorId: string;
  /** `BATON_CLIENT_ID`. */
  readonly clientId: string;
  /** `BATON_CLIENT_SECRET`: the private key. The server keeps the public one only. */
  readonly clientSecret: string;
}

/** Says how the fourth part of the secret is written (`service-protocol.md §1`). */
const SECRET_PREFIX = 'secret-token:conductorone.com:v1';

const SUFFIX_LENGTH = 8;
const SUFFIX_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * @param name goes in front of the `@` and into the user agent of the client
 * @param host `host` or `host:port`, where the client will reach the server
 */
export async function createCredential(
  store: C1Store,
  clock: Clock,
  { connectorId, name, host }: { readonly connectorId: string; readonly name: string; readonly host: string },
): Promise<NewCredential> {
  checkPart('name', name);
  checkPart('host', host);
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join('');
  const clientId = `${name}@${host}/${suffix}`;
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const { kty, crv, x, d } = jwk;
  if (x === undefined) throw new BatonError(Code.Internal, 'Node.js made a key without its public part.');
  await store.putCredential({ clientId, connectorId, publicKey: x, createdAtMs: clock.now(), revokedAtMs: undefined });
  const document = Buffer.from(JSON.stringify({ kty, crv, x, d })).toString('base64url');
  return { connectorId, clientId, clientSecret: `${SECRET_PREFIX}:${document}` };
}

/** From now on the credential opens nothing: no new tokens, and none of those issued before. */
export async function revokeCredential(store: C1Store, clock: Clock, clientId: string): Promise<void> {
  const credential = await store.credential(clientId);
  if (credential === undefined) throw new BatonError(Code.NotFound, `There is no credential ${clientId}.`);
  if (credential.revokedAtMs === undefined) await store.putCredential({ ...credential, revokedAtMs: clock.now() });
}

/** What the assertion of this client has to name as its audience: the host without its port. */
export function audienceOf({ clientId }: Pick<CredentialRecord, 'clientId'>): string {
  const host = clientId.slice(clientId.indexOf('@') + 1, clientId.lastIndexOf('/'));
  return host.replace(/:\d+$/, '');
}

/** The client splits at the first `@` and then at the first `/`. */
function checkPart(part: 'name' | 'host', text: string): void {
  if (text !== '' && text.length <= 255 && !/[@/\s]/.test(text)) return;
  throw new BatonError(
    Code.InvalidArgument,
    `The ${part} of a credential must be 1 to 255 characters without @, / and spaces; "${text}" is not.`,
  );
}

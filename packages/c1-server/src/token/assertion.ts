import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type CompactVerifyResult, compactVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { C1Store, CredentialRecord } from '../store/store.ts';
import { audienceOf } from './credentials.ts';
import { TokenRefusal } from './token-refusal.ts';

/** An assertion that is good for longer is refused (`service-protocol.md §2`). */
const MAX_LIFETIME_S = 300;

/** Assertions of one client that are remembered at once. A client needs one per token, that is one in ten minutes. */
const MAX_NONCES = 1_000;

/** Signatures of unknown clients are checked as well, so that the time of the answer does not tell who exists. */
const nobody = generateKeyPairSync('ed25519').publicKey;

/** What is known of the clients that may sign assertions. */
export interface AssertionStore extends Pick<C1Store, 'rememberNonce'> {
  credential(clientId: string): Promise<Omit<CredentialRecord, 'connectorId' | 'createdAtMs'> | undefined>;
}

/**
 * Checks the assertion that a client signs with its key (`service-protocol.md §2`), once.
 *
 * @throws TokenRefusal that says what to do about it, and nothing about keys
 */
export async function verifyAssertion(
  store: AssertionStore,
  clock: Clock,
  clientId: string,
  assertion: string,
): Promise<void> {
  const credential = await store.credential(clientId);
  const isKnown = credential !== undefined && credential.revokedAtMs === undefined;
  const key = isKnown
    ? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: credential.publicKey }, format: 'jwk' })
    : nobody;
  let verified: CompactVerifyResult;
  try {
    verified = await compactVerify(assertion, key, { algorithms: ['EdDSA'] });
  } catch (cause) {
    throw unknownClient(cause);
  }
  if (!isKnown) throw unknownClient();
  const now = clock.now();
  const untilMs = checkClaims(claimsOf(verified.payload), clientId, audienceOf(credential), now);
  await refuseReplay(store, { clientId, nonce: verified.protectedHeader['nonce'], untilMs }, now);
}

function claimsOf(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (typeof claims === 'object' && claims !== null) return { ...claims };
  } catch {
    // Told below, like any other payload that is no object.
  }
  throw new TokenRefusal('invalid_client', 'The assertion does not hold claims as a JSON object.');
}

/** @returns when it expires, in milliseconds */
function checkClaims(
  { iss, sub, aud, nbf, exp }: Readonly<Record<string, unknown>>,
  clientId: string,
  audience: string,
  nowMs: number,
): number {
  if (iss !== clientId || sub !== clientId) {
    throw new TokenRefusal('invalid_client', 'The assertion must name the client id as its iss and its sub.');
  }
  // RFC 7519 §4.1.3: one audience may be written as a list as well.
  const named: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (named !== audience) {
    throw new TokenRefusal(
      'invalid_client',
      `The assertion must be meant for "${audience}", the host of the client id without its port.`,
    );
  }
  if (typeof nbf !== 'number' || typeof exp !== 'number') {
    throw new TokenRefusal('invalid_client', 'The assertion must carry nbf and exp as numbers.');
  }
  const now = nowMs / 1000;
  const serverTime = `the server has ${new Date(nowMs).toISOString()}`;
  if (exp < now) {
    throw new TokenRefusal(
      'invalid_client',
      `The assertion expired ${ago(now - exp)} ago: check the clock, ${serverTime}.`,
    );
  }
  if (nbf > now) {
    throw new TokenRefusal(
      'invalid_client',
      `The assertion becomes valid in ${ago(nbf - now)}: check the clock, ${serverTime}.`,
    );
  }
  if (exp > now + MAX_LIFETIME_S) {
    throw new TokenRefusal(
      'invalid_client',
      `The assertion is good for ${ago(exp - now)}, at most 5 minutes are allowed: shorten it or check the clock, ${serverTime}.`,
    );
  }
  return exp * 1000;
}

async function refuseReplay(
  store: AssertionStore,
  { clientId, nonce, untilMs }: { readonly clientId: string; readonly nonce: unknown; readonly untilMs: number },
  now: number,
): Promise<void> {
  if (typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 128) {
    throw new TokenRefusal(
      'invalid_client',
      'The assertion must carry a random nonce of 16 to 128 characters in its header.',
    );
  }
  const memory = await store.rememberNonce({ clientId, nonce, untilMs }, now, MAX_NONCES);
  if (memory === 'seen') {
    throw new TokenRefusal('invalid_client', 'The assertion was used before. Sign a new one for every request.');
  }
  if (memory === 'full') {
    throw new TokenRefusal('slow_down', 'Too many tokens were asked for. Reuse a token until it expires.');
  }
}

/** The same for an unknown client, a revoked one and a wrong signature: which of them it was is not told. */
function unknownClient(cause?: unknown): TokenRefusal {
  return new TokenRefusal(
    'invalid_client',
    'The client id is not valid here, or the assertion is not signed (EdDSA) with its key. Check both parts of the credential.',
    { cause },
  );
}

function ago(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} minutes`;
}

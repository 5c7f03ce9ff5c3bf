import { hash } from 'node:crypto';

/** Part of every fingerprint: a version that reads more out of the same bytes counts it up, and all rows are read again. */
const FINGERPRINT_VERSION = '1';

/** Tells whether a row says the same as before. */
export function fingerprintOf(data: Uint8Array | string): string {
  return asOneText(FINGERPRINT_VERSION + hash('sha256', data, 'base64url').slice(0, 22));
}

/** A part of a text keeps the whole of it in memory, and a sum its parts: many are kept, so that this is half of what they take. */
function asOneText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Of an account: what is said of it, and what it holds. */
export function accountFingerprint(said: string, holdings: string): string {
  return asOneText(`${said}.${holdings}`);
}

/** The part of an account's fingerprint for what is said of it. */
export function saidPart(fingerprint: string): string {
  return fingerprint.split('.', 1)[0] ?? '';
}

/** The part for what it holds; `undefined` when another version of this program has written it. */
export function holdingsPart(fingerprint: string): string | undefined {
  const [, holdings] = fingerprint.split('.', 2);
  return holdings?.startsWith(FINGERPRINT_VERSION) ? holdings : undefined;
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A value that cannot be guessed: 32 bytes, as 43 letters, digits, `-` and `_`. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token. It is random enough that a plain hash does. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Compares in a time that does not tell how much of it is right. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest());
}

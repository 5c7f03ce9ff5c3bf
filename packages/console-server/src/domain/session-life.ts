/** A session ends after this long without a request. */
export const SESSION_IDLE_MS = 12 * 60 * 60_000;

/** And after this long in any case. */
export const SESSION_LIFE_MS = 7 * 24 * 60 * 60_000;

/** How exact "last seen" is, so that not every request writes. */
export const SEEN_EVERY_MS = 60_000;

/** A person who has asked for nothing this long has left; whatever comes then is another visit. */
export const AWAY_MS = 60 * 60_000;

export function isAlive(session: { readonly seenMs: number; readonly expiresMs: number }, nowMs: number): boolean {
  return nowMs < session.expiresMs && nowMs < session.seenMs + SESSION_IDLE_MS;
}

import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { SessionRef } from '../domain/actor.ts';
import { type IncomingRequest, isChange } from './incoming-request.ts';
import { isSame } from './tokens.ts';

export const CSRF_HEADER = 'x-csrf-token';

/**
 * Refuses a change that another site has made a browser send. Not for requests with an access token: no browser adds those
 * by itself.
 *
 * @param session what the cookie of the request opened; undefined on the routes that are open to anybody, where only the
 *   origin counts
 * @throws BatonError `PermissionDenied`
 */
export function checkCsrf(request: IncomingRequest, session: SessionRef | undefined, publicUrl: URL): void {
  if (!isChange(request)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  // Browsers name the origin of every change. Other programs, which carry nobody else's cookies, need not.
  const isOurs = origin === undefined ? site === undefined || site === 'same-origin' : origin === publicUrl.origin;
  if (!isOurs) {
    throw new BatonError(
      Code.PermissionDenied,
      `The request comes from another address than ${publicUrl.origin}. Open the console there.`,
    );
  }
  if (session === undefined) return;
  const token = request.headers[CSRF_HEADER];
  if (typeof token !== 'string' || !isSame(token, session.csrfToken)) {
    throw new BatonError(Code.PermissionDenied, `The header ${CSRF_HEADER} does not fit the session. Reload the page.`);
  }
}

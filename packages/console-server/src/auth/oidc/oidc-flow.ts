import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { SealedCookie } from '../sealed-cookie.ts';
import type { TokenKey } from '../token-key.ts';

/** Time enough to look for a second factor. */
const FLOW_LIFE_MS = 10 * 60_000;

/** A sign-in that is under way at the provider. */
const flow = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  issuer: z.string(),
  returnTo: z.string(),
});
export type OidcFlow = z.infer<typeof flow>;

/** Keeps the flow in the browser that began it: no other browser ends it. */
export function oidcFlowCookie(key: TokenKey, clock: Clock, publicUrl: URL): SealedCookie<OidcFlow> {
  return new SealedCookie(key, clock, {
    name: 'console-oidc',
    publicUrl,
    purpose: 'OpenID Connect flow',
    lifeMs: FLOW_LIFE_MS,
    schema: flow,
  });
}

/** Only pages of the console itself: a path, which a browser cannot read as another host. */
export function safeReturnTo(given: string | null): string {
  return given !== null && given.length <= 2000 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given) ? given : '/';
}

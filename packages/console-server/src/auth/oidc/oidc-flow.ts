import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { Cookie } from '../cookies.ts';
import type { IncomingRequest } from '../incoming-request.ts';
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

/** Keeps the flow in the browser that began it, sealed: nobody reads it or makes one, and no other browser ends it. */
export class OidcFlows {
  readonly #key: TokenKey;
  readonly #clock: Clock;
  readonly #cookie: Cookie;

  constructor(key: TokenKey, clock: Clock, publicUrl: URL) {
    this.#key = key;
    this.#clock = clock;
    this.#cookie = new Cookie('console-oidc', publicUrl);
  }

  /** @returns the cookie that keeps it */
  async begin(begun: OidcFlow): Promise<string> {
    const sealed = await new EncryptJWT({ ...begun })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor((this.#clock.now() + FLOW_LIFE_MS) / 1000))
      .encrypt(await this.#key.for('OpenID Connect flow'));
    return this.#cookie.set(sealed, FLOW_LIFE_MS);
  }

  async read(request: IncomingRequest): Promise<OidcFlow | undefined> {
    const sealed = this.#cookie.read(request);
    if (sealed === undefined) return undefined;
    try {
      const { payload } = await jwtDecrypt(sealed, await this.#key.for('OpenID Connect flow'), {
        currentDate: new Date(this.#clock.now()),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return flow.parse(payload);
    } catch {
      return undefined;
    }
  }

  end(): string {
    return this.#cookie.clear();
  }
}

/** Only pages of the console itself: a path, which a browser cannot read as another host. */
export function safeReturnTo(given: string | null): string {
  return given !== null && given.length <= 2000 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given) ? given : '/';
}

import { BatonError, Code } from '@baton-ts/protocol/errors';
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import type { C1Store } from '../store/store.ts';

/** Whoever a valid access token names. */
export interface Caller {
  readonly clientId: string;
  readonly connectorId: string;
}

/** Keeps our tokens apart from any other document that is signed with the same key. */
const AUDIENCE = 'baton-service';

/** Longer than any that we issue: a client id alone may have 1024 characters. */
const MAX_HEADER_LENGTH = 8_192;

/**
 * Signed tokens: they outlive a restart of the server, which matters because the Go client goes on with a token that the
 * server no longer knows until it expires (`service-protocol.md §2`). Revoking the credential ends them at once.
 */
export class AccessTokens {
  readonly #store: C1Store;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;

  constructor(store: C1Store, clock: Clock, lifetimeMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  async issue(clientId: string): Promise<{ readonly token: string; readonly expiresInSeconds: number }> {
    const now = Math.floor(this.#clock.now() / 1000);
    const expiresInSeconds = Math.floor(this.#lifetimeMs / 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(clientId)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + expiresInSeconds)
      .sign(await this.#store.tokenKey());
    return { token, expiresInSeconds };
  }

  /**
   * @param authorization the header: `Bearer <token>`
   * @throws BatonError `Unauthenticated`
   */
  async verify(authorization: string): Promise<Caller> {
    const [, token] = /^bearer ([\w.-]+)$/i.exec(authorization.slice(0, MAX_HEADER_LENGTH)) ?? [];
    if (token === undefined) throw refused('The call carries no access token. Send "authorization: Bearer <token>".');
    const clientId = await this.#subject(token);
    const credential = clientId === undefined ? undefined : await this.#store.credential(clientId);
    if (credential === undefined || credential.revokedAtMs !== undefined) {
      throw refused('The credential that the access token was issued for is not valid any more.');
    }
    return { clientId: credential.clientId, connectorId: credential.connectorId };
  }

  async #subject(token: string): Promise<string | undefined> {
    try {
      const currentDate = new Date(this.#clock.now());
      const key = await this.#store.tokenKey();
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], audience: AUDIENCE, currentDate });
      return payload.sub;
    } catch (cause) {
      const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
      throw refused(
        isExpired ? 'The access token has expired. Fetch a new one.' : 'The access token is not one of this server.',
        cause,
      );
    }
  }
}

function refused(message: string, cause?: unknown): BatonError {
  return new BatonError(Code.Unauthenticated, message, { cause });
}

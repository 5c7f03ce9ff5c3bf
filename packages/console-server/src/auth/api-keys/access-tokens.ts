import { BatonError, Code } from '@baton-ts/protocol/errors';
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';
import type { Person } from '../../people/person.ts';
import type { TokenKey } from '../token-key.ts';
import type { ApiKeys } from './api-keys.ts';

export const ACCESS_TOKEN_LIFE_S = 3_600;

/** Keeps our tokens apart from any other document that is signed with the same key. */
const AUDIENCE = 'console-api';

/** What an API key is exchanged for. A token of a key that was revoked, has run out or lost its owner opens nothing. */
export class AccessTokens {
  readonly #key: TokenKey;
  readonly #apiKeys: ApiKeys;
  readonly #clock: Clock;

  constructor(key: TokenKey, apiKeys: ApiKeys, clock: Clock) {
    this.#key = key;
    this.#apiKeys = apiKeys;
    this.#clock = clock;
  }

  async issue(clientId: string): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(clientId)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_TOKEN_LIFE_S)
      .sign(await this.#key.for('access token'));
  }

  /**
   * Whose key the token was issued for.
   *
   * @throws BatonError `Unauthenticated`
   */
  async owner(token: string): Promise<Person> {
    const clientId = await this.#subject(token);
    const live = clientId === undefined ? undefined : await this.#apiKeys.live(clientId);
    if (live === undefined) throw refused('The API key of this access token is not valid any more.');
    await this.#apiKeys.markUsed(live);
    return live.owner;
  }

  async #subject(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.#key.for('access token'), {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ['exp'],
      });
      return payload.sub;
    } catch (cause) {
      const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
      throw refused(
        isExpired ? 'The access token has expired. Fetch a new one.' : 'The access token is not one of this console.',
        cause,
      );
    }
  }
}

function refused(message: string, cause?: unknown): BatonError {
  return new BatonError(Code.Unauthenticated, message, { cause });
}

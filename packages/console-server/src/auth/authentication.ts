import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Actor, SessionRef } from '../domain/actor.ts';
import { actorOf } from '../people/person.ts';
import type { AccessTokens } from './api-keys/access-tokens.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { SignIn } from './sign-in.ts';

/** Who sends a request. */
export interface Authenticated {
  readonly actor: Actor;
  /** Absent for an API key. */
  readonly session?: SessionRef;
}

/** Longer than any token of ours. */
const MAX_HEADER_LENGTH = 4096;

export class Authentication {
  readonly #signIn: SignIn;
  readonly #tokens: AccessTokens;

  constructor(signIn: SignIn, tokens: AccessTokens) {
    this.#signIn = signIn;
    this.#tokens = tokens;
  }

  /**
   * An access token goes before a cookie. Roles are those of this moment.
   *
   * @returns undefined when the request carries neither, or a cookie that opens nothing any more
   * @throws BatonError `Unauthenticated` for an access token that is not good
   */
  async authenticate(request: IncomingRequest): Promise<Authenticated | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, token] = /^bearer ([\w.-]+)$/i.exec(authorization.slice(0, MAX_HEADER_LENGTH)) ?? [];
      if (token === undefined) {
        throw new BatonError(Code.Unauthenticated, 'The header authorization must be "Bearer" and an access token.');
      }
      return { actor: actorOf(await this.#tokens.owner(token), 'API_KEY') };
    }
    const cookie = this.#signIn.cookie.read(request);
    const found = cookie === undefined ? undefined : await this.#signIn.sessions.find(cookie);
    return found === undefined ? undefined : { actor: actorOf(found.person), session: found.session };
  }
}

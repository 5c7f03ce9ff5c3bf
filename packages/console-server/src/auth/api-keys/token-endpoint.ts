import { type AssertionStore, type TokenErrorCode, TokenRefusal, verifyAssertion } from '@baton-ts/c1-server';
import type { Clock } from '../../clock.ts';
import type { RequestContext } from '../../domain/actor.ts';
import { isSame } from '../tokens.ts';
import { ACCESS_TOKEN_LIFE_S, type AccessTokens } from './access-tokens.ts';
import type { ApiKeys } from './api-keys.ts';
import { publicKeyOf } from './client-secret.ts';

export const TOKEN_PATH = '/auth/v1/token';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An assertion has well below 2 KiB. */
const MAX_VALUE_LENGTH = 8_192;

const STATUS: Readonly<Record<TokenErrorCode, number>> = {
  invalid_client: 401,
  invalid_request: 400,
  unsupported_grant_type: 400,
  slow_down: 429,
};

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string | number>>;
}

export interface TokenEndpointParts {
  readonly clock: Clock;
  readonly apiKeys: ApiKeys;
  readonly accessTokens: AccessTokens;
  /** Of the protocol server's store: both kinds of clients share the memory of assertions that were used. */
  readonly nonces: Pick<AssertionStore, 'rememberNonce'>;
}

/**
 * Answers `POST /auth/v1/token` (`governance.md §5.2`): an API key for an access token, with a signed assertion or with the
 * secret itself.
 */
export function tokenEndpoint(parts: TokenEndpointParts) {
  const { clock, apiKeys, accessTokens, nonces } = parts;
  const store: AssertionStore = {
    async credential(clientId) {
      const live = await apiKeys.live(clientId);
      return live === undefined ? undefined : { clientId, publicKey: live.row.public_key, revokedAtMs: undefined };
    },
    rememberNonce: (...nonce) => nonces.rememberNonce(...nonce),
  };

  /** @param form the fields of the body, which is `application/x-www-form-urlencoded` */
  return async (
    form: Readonly<Record<string, unknown>>,
    request: Pick<RequestContext, 'requestId' | 'ip' | 'signal'>,
  ): Promise<TokenAnswer> => {
    try {
      if (required(form, 'grant_type') !== 'client_credentials') {
        throw new TokenRefusal('unsupported_grant_type', 'grant_type must be client_credentials.');
      }
      const clientId = required(form, 'client_id');
      const live = await apiKeys.live(clientId);
      const secret = optional(form, 'client_secret');
      if (secret === undefined) await verifyAssertion(store, clock, clientId, assertionOf(form));
      // The key that nobody has is compared with, so that an unknown client costs the same.
      else if (!isSame(publicKeyOf(secret) ?? '', live?.row.public_key ?? 'nobody')) throw unknownClient();
      if (live === undefined) throw unknownClient();
      await apiKeys.markUsed(live, request);
      const token = await accessTokens.issue(clientId);
      return answer(200, { access_token: token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_LIFE_S });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      return answer(STATUS[error.error], { error: error.error, error_description: error.message });
    }
  };
}

function assertionOf(form: Readonly<Record<string, unknown>>): string {
  if (optional(form, 'client_assertion') === undefined) {
    throw new TokenRefusal('invalid_request', 'Either client_assertion or client_secret has to be given.');
  }
  if (required(form, 'client_assertion_type') !== ASSERTION_TYPE) {
    throw new TokenRefusal('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}.`);
  }
  return required(form, 'client_assertion');
}

function optional(form: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new TokenRefusal('invalid_request', `${name} is given twice.`);
  if (value.length > MAX_VALUE_LENGTH) throw new TokenRefusal('invalid_request', `${name} is too long.`);
  return value;
}

function required(form: Readonly<Record<string, unknown>>, name: string): string {
  const value = optional(form, name);
  if (value === undefined) throw new TokenRefusal('invalid_request', `${name} is missing.`);
  return value;
}

function unknownClient(): TokenRefusal {
  return new TokenRefusal('invalid_client', 'The client id is not valid here, or the secret is not the one of it.');
}

function answer(status: number, body: TokenAnswer['body']): TokenAnswer {
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
}

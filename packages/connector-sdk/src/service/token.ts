import { randomBytes } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { SignJWT } from 'jose';
import type { Clock } from '../http/clock.ts';
import { oneLine, parseJson } from '../http/read-body.ts';
import type { ClientSecretKey } from '../provision/credentials/client-secret-key.ts';
import { Secret } from '../secret.ts';
import type { ClientId } from './credentials.ts';
import type { TokenAnswer } from './token-request.ts';

export interface TokenSourceOptions {
  readonly clientId: ClientId;
  readonly key: Pick<ClientSecretKey, 'privateKey' | 'kid'>;
  readonly clock: Clock;
  readonly post: (form: URLSearchParams, signal: AbortSignal) => Promise<TokenAnswer>;
}

interface Token {
  /** The value of the `authorization` header. */
  readonly authorization: Secret;
  readonly usableUntilMs: number;
}

/** Seconds around now in which an assertion counts (`service-protocol.md §2`). */
const assertionSeconds = 120;
/** A token is renewed this long before it ends, so that it does not end on its way. */
const marginMs = 10_000;
/** Clocks that are further apart than this are worth a word when a credential is rejected. */
const maxSkewMs = 60_000;

/** Access tokens for one client id: fetched when needed, by one request however many callers wait, and reused. */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  #token: Token | undefined;
  #flight: Promise<Token> | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** The value of the `authorization` header. Throws a `BatonError`: `Unauthenticated` when the credential is rejected. */
  async authorization(signal: AbortSignal): Promise<Secret> {
    const { clock } = this.#options;
    if (this.#token !== undefined && clock.nowMs() < this.#token.usableUntilMs) return this.#token.authorization;
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined;
    });
    const token = await abandonable(this.#flight, signal);
    return token.authorization;
  }

  /** Forgets a token that the server has rejected, unless a newer one has taken its place. */
  drop(authorization: Secret): void {
    if (this.#token?.authorization === authorization) this.#token = undefined;
  }

  async #fetch(): Promise<Token> {
    const { clientId, clock, post } = this.#options;
    const startedMs = clock.nowMs();
    // The request has a limit of its own, and whoever came first must not end it for the others.
    const answer = await post(
      new URLSearchParams({
        client_id: clientId.text,
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await this.#assertion(),
      }),
      new AbortController().signal,
    );
    if (answer.status !== 200) throw refusal(answer, clientId, clock.wallMs());
    const { authorization, lifeMs } = readToken(answer, clientId);
    const token = { authorization, usableUntilMs: startedMs + lifeMs - marginMs };
    this.#token = token;
    return token;
  }

  #assertion(): Promise<string> {
    const { clientId, key, clock } = this.#options;
    const now = Math.floor(clock.wallMs() / 1000);
    return new SignJWT()
      .setProtectedHeader({
        alg: 'EdDSA',
        nonce: randomBytes(16).toString('hex'),
        ...(key.kid === undefined ? {} : { kid: key.kid }),
      })
      .setIssuer(clientId.text)
      .setSubject(clientId.text)
      .setAudience(clientId.audience)
      .setIssuedAt(now)
      .setNotBefore(now - assertionSeconds)
      .setExpirationTime(now + assertionSeconds)
      .sign(key.privateKey);
  }
}

function readToken(answer: TokenAnswer, { server }: ClientId): { authorization: Secret; lifeMs: number } {
  const wrong = (what: string): BatonError =>
    new BatonError(
      Code.Internal,
      `the token endpoint of ${server.label} answered ${what}. Check that it is the right host and that no proxy answers in its place`,
      { retryable: true },
    );
  const body = parseJson(answer.text)?.value;
  if (typeof body !== 'object' || body === null) throw wrong(notJson(answer));
  const token = 'access_token' in body ? body.access_token : undefined;
  const type = 'token_type' in body ? body.token_type : '';
  const seconds = 'expires_in' in body ? body.expires_in : 0;
  if (typeof token !== 'string' || token === '') throw wrong('without an access_token');
  if (/[^\x21-\x7e]/.test(token)) throw wrong('with an access_token that no header can carry');
  if (typeof type !== 'string' || /[^\x21-\x7e]/.test(type)) throw wrong('with a token_type that is not a word');
  if (!Number.isInteger(seconds)) throw wrong('with an expires_in that is not a whole number of seconds');
  const scheme = type === '' || type.toLowerCase() === 'bearer' ? 'Bearer' : type;
  return { authorization: new Secret(`${scheme} ${token}`), lifeMs: Number(seconds) * 1000 };
}

function refusal(answer: TokenAnswer, { text, server }: ClientId, wallMs: number): BatonError {
  const { status } = answer;
  const body = parseJson(answer.text)?.value;
  const isObject = typeof body === 'object' && body !== null;
  if (status === 401 || status === 403 || (status === 400 && isObject)) {
    const skewMs = wallMs - answer.dateMs;
    if (Math.abs(skewMs) > maxSkewMs) {
      const minutes = Math.round(Math.abs(skewMs) / 60_000);
      return new BatonError(
        Code.FailedPrecondition,
        `${server.label} rejects the credential, and this machine's clock is ${minutes} min ${skewMs > 0 ? 'ahead of' : 'behind'} the server's. Set the clock right: what is signed counts for ${assertionSeconds / 60} minutes only`,
        { retryable: true },
      );
    }
    const said = isObject && 'error' in body && typeof body.error === 'string' ? oneLine(body.error).slice(0, 80) : '';
    return new BatonError(
      Code.Unauthenticated,
      `${server.label} rejects the credential of ${text} (HTTP ${status}${said === '' ? '' : `, ${said}`}). Check that the client secret belongs to this client id and has not been revoked, or make a new credential`,
    );
  }
  if (status === 429 || status >= 500) {
    return new BatonError(Code.Unavailable, `the token endpoint of ${server.label} answered HTTP ${status}`);
  }
  return new BatonError(
    Code.FailedPrecondition,
    `the token endpoint of ${server.label} answered ${isObject ? `HTTP ${status}` : notJson(answer)}. Check that it is the right host and that no proxy answers in its place`,
    { retryable: true },
  );
}

function notJson({ status, contentType, text }: TokenAnswer): string {
  const isHtml = /html/i.test(contentType) || /^\s*</.test(text);
  return `HTTP ${status} with ${isHtml ? 'an HTML page' : 'something that is not JSON'}`;
}

/** A promise that others share, with an end of the caller's own. */
function abandonable<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(BatonError.from(signal.reason, 'asking for a token'));
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  return promise;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { C1Store } from '../store/store.ts';
import type { AccessTokens } from './access-tokens.ts';
import { verifyAssertion } from './assertion.ts';
import { type TokenErrorCode, TokenRefusal } from './token-refusal.ts';

export const TOKEN_PATH = '/auth/v1/token';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An assertion has well below 2 KiB; a client id may have 600 characters. */
const MAX_BODY_BYTES = 16 * 1024;

/** A body that takes longer to arrive is not waited for. */
const BODY_TIMEOUT_MS = 10_000;

const STATUS: Readonly<Record<TokenErrorCode, number>> = {
  invalid_client: 401,
  invalid_request: 400,
  unsupported_grant_type: 400,
  slow_down: 429,
};

/** The parts of a request that the endpoint looks at, of HTTP/1.1 and HTTP/2 alike. */
export interface TokenRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TokenParts {
  readonly store: C1Store;
  readonly clock: Clock;
  readonly tokens: AccessTokens;
  readonly logger: Logger;
}

/** Answers `POST /auth/v1/token` (`service-protocol.md §2`): a signed assertion for an access token. */
export async function answerTokenRequest(request: TokenRequest, parts: TokenParts): Promise<TokenAnswer> {
  if (request.method !== 'POST') return answer(405, { error: 'invalid_request' }, { allow: 'POST' });
  try {
    const form = await readForm(request, parts.clock);
    const clientId = formValue(form, 'client_id');
    const grantType = formValue(form, 'grant_type');
    if (grantType !== 'client_credentials') {
      throw new TokenRefusal('unsupported_grant_type', 'grant_type must be client_credentials.');
    }
    if (formValue(form, 'client_assertion_type') !== ASSERTION_TYPE) {
      throw new TokenRefusal('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}.`);
    }
    const { store, clock, tokens } = parts;
    await verifyAssertion(store, clock, clientId, formValue(form, 'client_assertion'));
    const { token, expiresInSeconds } = await tokens.issue(clientId);
    return answer(200, { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds });
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    parts.logger.info('no token was issued', { reason: error.message });
    return answer(STATUS[error.error], { error: error.error, error_description: error.message });
  }
}

function answer(status: number, body: unknown, more: Readonly<Record<string, string>> = {}): TokenAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', ...more };
  return { status, headers, body: JSON.stringify(body) };
}

async function readForm(request: TokenRequest, clock: Clock): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new TokenRefusal('invalid_request', 'The content type must be application/x-www-form-urlencoded.');
  }
  const arrived = new AbortController();
  const late = clock.sleep(BODY_TIMEOUT_MS, arrived.signal).then(() => {
    throw new TokenRefusal('invalid_request', `The body did not arrive within ${BODY_TIMEOUT_MS / 1000} s.`);
  });
  try {
    return new URLSearchParams(await Promise.race([readText(request), late]));
  } finally {
    late.catch(() => {});
    arrived.abort();
  }
}

async function readText(request: TokenRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new TokenRefusal('invalid_request', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function formValue(form: URLSearchParams, name: string): string {
  const [value, second] = form.getAll(name);
  if (value === undefined || value === '') throw new TokenRefusal('invalid_request', `${name} is missing.`);
  if (second !== undefined) throw new TokenRefusal('invalid_request', `${name} is given twice.`);
  return value;
}

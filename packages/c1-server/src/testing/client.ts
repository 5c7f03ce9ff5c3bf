import { createPrivateKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect as connectH2,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { CompactSign } from 'jose';
import type { NewCredential } from '../token/credentials.ts';

/** What a connector has to know. */
export interface Access {
  readonly url: string;
  readonly ca: string;
  readonly credential: Pick<NewCredential, 'clientId' | 'clientSecret'>;
}

export interface AssertionChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs in place of the credential's own secret. */
  readonly clientSecret?: string;
  readonly nowMs?: number;
}

/** The assertion of `service-protocol.md §2`, or one that differs from it. */
export async function signAssertion(
  { clientId, clientSecret }: Access['credential'],
  changes: AssertionChanges = {},
): Promise<string> {
  const [, , , document = ''] = (changes.clientSecret ?? clientSecret).split(':');
  const key = createPrivateKey({ key: JSON.parse(Buffer.from(document, 'base64url').toString('utf8')), format: 'jwk' });
  const now = Math.floor((changes.nowMs ?? Date.now()) / 1000);
  const audience = (clientId.split('@')[1] ?? '').split('/')[0]?.split(':')[0];
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    iat: now,
    nbf: now - 120,
    exp: now + 120,
    ...changes.claims,
  };
  return await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', nonce: randomBytes(16).toString('hex'), ...changes.header })
    .sign(key);
}

export function tokenForm(clientId: string, assertion: string): URLSearchParams {
  return new URLSearchParams({
    client_id: clientId,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a token request over HTTP/1.1. */
export async function post(
  { url, ca }: Pick<Access, 'url' | 'ca'>,
  body: string,
  contentType = 'application/x-www-form-urlencoded',
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType };
    const request = httpsRequest(`${url}/auth/v1/token`, { method: 'POST', ca, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function requestToken(access: Access, changes: AssertionChanges = {}): Promise<Answer> {
  const assertion = await signAssertion(access.credential, changes);
  return await post(access, tokenForm(access.credential.clientId, assertion).toString());
}

export async function fetchToken(access: Access, changes: AssertionChanges = {}): Promise<string> {
  const { status, body } = await requestToken(access, changes);
  if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return String(body['access_token']);
}

export interface TestClient extends Client<typeof BatonService>, Disposable {}

/** A client of the service with this token; none: without authorization. */
export function connectClient({ url, ca }: Pick<Access, 'url' | 'ca'>, token: string | undefined): TestClient {
  const sessions = new Sessions(url, ca);
  const transport = createGrpcTransport({
    baseUrl: url,
    sessionManager: sessions,
    interceptors: [
      (next) => async (request) => {
        if (token !== undefined) request.header.set('authorization', `Bearer ${token}`);
        return await next(request);
      },
    ],
  });
  return Object.assign(createClient(BatonService, transport), { [Symbol.dispose]: () => sessions.close() });
}

/**
 * One connection, opened anew when it was closed. The manager of connect-node now and then leaves a session without a
 * listener while it changes from one to the next; a GOAWAY at that moment would end the test.
 */
class Sessions {
  readonly authority: string;
  readonly #ca: string;
  #session: ClientHttp2Session | undefined;

  constructor(authority: string, ca: string) {
    this.authority = authority;
    this.#ca = ca;
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: ClientSessionRequestOptions,
  ): Promise<ClientHttp2Stream> {
    const session = await this.#open();
    return session.request({ ...headers, ':method': method, ':path': path }, options);
  }

  notifyResponseByteRead(): void {}

  close(): void {
    this.#session?.destroy();
  }

  async #open(): Promise<ClientHttp2Session> {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connectH2(this.authority, { ca: this.#ca });
    session.on('error', () => {});
    this.#session = session;
    try {
      await once(session, 'connect');
    } catch (cause) {
      throw new ConnectError('no connection', Code.Unavailable, undefined, undefined, cause);
    }
    return session;
  }
}

import { createPrivateKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { type CompactJWSHeaderParameters, CompactSign } from 'jose';

/** The two values of Rotate. */
export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface CallResult {
  /** `grpc-status`; -1 when the connection ended without one. */
  readonly code: number;
  readonly message: string;
  readonly messages: readonly Buffer[];
}

const SERVICE = '/c1.connectorapi.baton.v1.BatonService';

/** The private key of a credential, as the connector has it. */
export function keyOf({ clientSecret }: Pick<Credential, 'clientSecret'>) {
  const [, , , document = ''] = clientSecret.split(':');
  return createPrivateKey({ key: JSON.parse(Buffer.from(document, 'base64url').toString('utf8')), format: 'jwk' });
}

export function claimsOf(clientId: string, nowMs: number): Record<string, unknown> {
  const now = Math.floor(nowMs / 1000);
  return { iss: clientId, sub: clientId, aud: 'localhost', iat: now, nbf: now - 120, exp: now + 120 };
}

/** What a connector signs to get a token (`service-protocol.md §2`), or something that is not quite that. */
export async function signAssertion(
  credential: Credential,
  nowMs: number,
  changes: {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly header?: Partial<CompactJWSHeaderParameters>;
    readonly key?: Parameters<CompactSign['sign']>[0];
  } = {},
): Promise<string> {
  const claims = { ...claimsOf(credential.clientId, nowMs), ...changes.claims };
  return await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', nonce: randomBytes(16).toString('hex'), ...changes.header })
    .sign(changes.key ?? keyOf(credential));
}

/** Speaks to the listener for connectors as it is on the wire, so that a test can also say what no client would. */
export class ProtocolCaller {
  readonly #url: string;
  readonly #ca: string;

  /** @param url with a name that the certificate holds */
  constructor(url: string, ca: string) {
    this.#url = url;
    this.#ca = ca;
  }

  async askForToken(
    clientId: string,
    assertion: string,
  ): Promise<{ readonly status: number; readonly text: string; readonly token: string }> {
    const form = new URLSearchParams({
      client_id: clientId,
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    return await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const options = { method: 'POST', ca: this.#ca, headers, agent: false };
      const request = httpsRequest(`${this.#url}/auth/v1/token`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more: string) => {
          text += more;
        });
        response.on('error', reject).on('end', () => {
          const [, token = ''] = /"access_token":"([^"]+)"/.exec(text) ?? [];
          resolve({ status: response.statusCode ?? 0, text, token });
        });
      });
      request.on('error', reject).end(form.toString());
    });
  }

  /** @param authorization the header; undefined for a call without one */
  async call(method: string, authorization: string | undefined, messages: readonly Uint8Array[]): Promise<CallResult> {
    const session = connect(this.#url, { ca: this.#ca });
    session.on('error', () => {});
    try {
      const stream = session.request({
        ':method': 'POST',
        ':path': `${SERVICE}/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...(authorization === undefined ? {} : { authorization }),
      });
      const chunks: Buffer[] = [];
      let status: IncomingHttpHeaders = {};
      for (const event of ['response', 'trailers']) {
        stream.on(event, (headers: IncomingHttpHeaders) => {
          status = { ...status, ...headers };
        });
      }
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
      for (const message of messages) stream.write(framed(message));
      stream.end();
      await once(stream, 'close');
      return {
        code: Number(status['grpc-status'] ?? -1),
        message: decodeURIComponent([status['grpc-message'] ?? ''].flat().join('')),
        messages: unframed(Buffer.concat(chunks)),
      };
    } finally {
      session.destroy();
    }
  }
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function unframed(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(at + 5, end));
    at = end;
  }
  return messages;
}

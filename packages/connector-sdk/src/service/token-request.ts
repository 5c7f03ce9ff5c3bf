import type { ClientHttp2Stream } from 'node:http2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { networkFailure } from '../http/network-failure.ts';
import type { ServerAddress } from './credentials.ts';
import type { Session } from './session.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly contentType: string;
  /** When the server says that it answered, milliseconds since 1970; `NaN` when it does not say. */
  readonly dateMs: number;
  readonly text: string;
}

/** As the sheet has it for the Go SDK of the same protocol version (`service-protocol.md §2`). */
const userAgent = 'baton-c1-credential-provider baton-sdk/v0.25.0';
const timeoutMs = 60_000;
/** A token of this size would not fit into a header. */
const maxBytes = 64 * 1024;

/** Posts a form to the token endpoint, over the connection that the calls use. */
export async function postTokenForm(
  session: Session,
  server: ServerAddress,
  form: URLSearchParams,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const body = Buffer.from(form.toString());
  const stream = await session.request('POST', '/auth/v1/token', {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.byteLength,
    accept: 'application/json',
    'user-agent': userAgent,
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const onAbort = (): void => {
    stream.destroy(new BatonError(Code.Canceled, 'the token request was given up'));
  };
  limit.addEventListener('abort', onAbort);
  try {
    const head = responseHead(stream);
    stream.end(body);
    return { ...(await head), text: await textOf(stream) };
  } catch (error) {
    if (signal.aborted) throw BatonError.from(signal.reason, 'asking for a token');
    if (limit.aborted) {
      throw new BatonError(Code.Unavailable, `${server.label} gave no token within ${timeoutMs / 1000} s`);
    }
    if (BatonError.is(error)) throw error;
    throw new BatonError(Code.Unavailable, networkFailure(error, server.label).message, { cause: error });
  } finally {
    limit.removeEventListener('abort', onAbort);
  }
}

function responseHead(stream: ClientHttp2Stream): Promise<Omit<TokenAnswer, 'text'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<TokenAnswer, 'text'>>();
  stream.once('response', (headers) =>
    resolve({
      status: headers[':status'] ?? 0,
      contentType: headers['content-type'] ?? '',
      dateMs: Date.parse(headers.date ?? ''),
    }),
  );
  stream.once('error', reject);
  stream.once('close', () => reject(Object.assign(new Error('closed before the answer'), { code: 'ECONNRESET' })));
  return promise;
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const part of stream) {
    text += String(part);
    if (text.length > maxBytes) throw new BatonError(Code.Internal, 'the answer to the token request is too large');
  }
  return text;
}

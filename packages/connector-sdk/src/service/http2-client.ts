import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { UniversalClientFn } from '@connectrpc/connect/protocol';
import { networkFailure } from '../http/network-failure.ts';
import type { Session } from './session.ts';

/** What carries gRPC calls over a session. What goes wrong with the connection is a `BatonError` that names `host`. */
export function callOver(session: Session, host: string): UniversalClientFn {
  return async ({ url, method, header, body, signal }) => {
    signal?.throwIfAborted();
    const { pathname } = new URL(url);
    const stream = await session.request(method, pathname, outgoing(header));
    const onAbort = (): void => stream.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener('abort', onAbort);
    stream.once('close', () => signal?.removeEventListener('abort', onAbort));
    if (signal?.aborted === true) onAbort();
    const trailer = new Headers();
    stream.once('trailers', (received) => copy(received, trailer));
    const fault: { error?: unknown } = {};
    const told = (error: unknown): unknown => fault.error ?? lost(error, host);
    const head = headOf(stream);
    // Why a body ends too early is the reason of the call's failure.
    void send(stream, body ?? none()).catch((error: unknown) => {
      fault.error = error;
      stream.close(constants.NGHTTP2_CANCEL);
    });
    try {
      const received = await head;
      const answer = new Headers();
      copy(received, answer);
      return { status: received[':status'] ?? 0, header: answer, trailer, body: bodyOf(stream, told) };
    } catch (error) {
      throw told(error);
    }
  };
}

function headOf(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders & { ':status'?: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingHttpHeaders & { ':status'?: number }>();
  stream.once('response', resolve);
  stream.on('error', reject);
  stream.once('close', () => reject(new Error('closed before the answer')));
  return promise;
}

async function send(stream: ClientHttp2Stream, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    if (stream.closed || stream.destroyed || stream.writableEnded) return;
    if (!stream.write(chunk)) await writable(stream);
  }
  stream.end();
}

function writable(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}

async function* bodyOf(stream: ClientHttp2Stream, told: (error: unknown) => unknown): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw told(error);
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

function lost(error: unknown, host: string): BatonError {
  return new BatonError(Code.Unavailable, networkFailure(error, host).message, { cause: error });
}

function outgoing(header: Headers): OutgoingHttpHeaders {
  return Object.fromEntries(header.entries());
}

/** Names that begin with a colon are HTTP/2's own. */
function copy(from: IncomingHttpHeaders, to: Headers): void {
  for (const [name, value] of Object.entries(from)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) to.append(name, one);
  }
}

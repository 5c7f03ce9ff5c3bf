import type { IncomingMessage } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { ConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { statusOf, valuesOf } from './service/authorization.ts';
import type { Caller } from './token/access-tokens.ts';
import { answerTokenRequest, TOKEN_PATH, type TokenParts } from './token/token-endpoint.ts';

/** TLS: a handshake that takes longer is not one (default of Node.js: 120 s). */
const HANDSHAKE_TIMEOUT_MS = 30_000;

/** A connection without any traffic is closed; a poll that waits is traffic every `pollWaitMs`. */
const IDLE_TIMEOUT_MS = 5 * 60_000;

/** A connector may open one for each call, and close it (`service-protocol.md §3`). Beyond this they are turned away. */
const MAX_CONNECTIONS = 4_096;

/** Calls of one connection at once: a connector has one poll, one heartbeat and a few tasks under way. */
const MAX_STREAMS = 128;

/** How much of an upload may be under way unread: 64 KiB, the default of HTTP/2, is slow over distance. */
const WINDOW_BYTES = 1024 ** 2;

/** How long a client that has its answer may go on sending. */
const UNREAD_TIMEOUT_MS = 5_000;

/** Older versions are broken (`service-protocol.md §3`). */
export const MIN_TLS = 'TLSv1.2';

export interface Tls {
  /** PEM; the certificate followed by those between it and the authority, if any. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

type Request = IncomingMessage | Http2ServerRequest;
/** What the answers of both protocols have in common. */
interface Answering {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

export interface ListenerParts extends TokenParts {
  readonly tls: Tls;
  readonly router: ConnectRouter;
}

/** One TLS listener for the token requests (HTTP/1.1 and HTTP/2) and gRPC (HTTP/2), told apart by path. */
export function createListener(parts: ListenerParts): Http2SecureServer {
  const { tls, router, logger } = parts;
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  const server = createSecureServer(
    {
      ...tls,
      allowHTTP1: true,
      minVersion: MIN_TLS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: WINDOW_BYTES },
    },
    (request, response) => {
      if ('stream' in request) dropUnreadBody(request);
      const path = request.url.split('?', 1)[0] ?? '';
      const handler = request.httpVersionMajor >= 2 ? handlers.get(path) : undefined;
      const answered =
        path === TOKEN_PATH
          ? answerToken(request, response, parts)
          : handler === undefined
            ? answerPlainly(response, 404)
            : answerCall(handler, request, response, parts);
      // Connections that break while an answer is written are the client's affair.
      answered.catch((error: unknown) => logger.debug('an answer could not be sent', { path, error }));
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('session', (session: ServerHttp2Session) => {
    session.setTimeout(IDLE_TIMEOUT_MS, () => session.close());
    session.setLocalWindowSize(WINDOW_BYTES * 4);
    session.on('error', (error) => logger.debug('a connection broke', { error }));
  });
  server.on('tlsClientError', (error) => logger.info('a TLS handshake failed', { error }));
  return server;
}

/**
 * Once answered, what a client still sends is thrown away: unread it would block the client before it sees the answer.
 * One that goes on and on is cut.
 */
function dropUnreadBody({ stream }: Http2ServerRequest): void {
  stream.once('finish', () => {
    // The request would go on to collect it, and stop the stream when it has collected enough.
    stream.removeAllListeners('data').resume();
    const timer = setTimeout(() => stream.destroy(), UNREAD_TIMEOUT_MS);
    stream.once('close', () => clearTimeout(timer));
  });
}

async function answerToken(request: Request, response: Answering, parts: TokenParts): Promise<void> {
  try {
    const { status, headers, body } = await answerTokenRequest(request, parts);
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // After a refusal the rest of the body is not read: over HTTP/1.1 the connection cannot go on.
    if (status !== 200 && request.httpVersionMajor < 2) response.setHeader('connection', 'close');
    response.end(body);
  } catch (error) {
    parts.logger.error('a token request failed', { error });
    await answerPlainly(response, 500);
  }
}

/** The token is looked at before the body: whoever has none cannot make the server wait for one. */
async function answerCall(
  handler: UniversalHandler,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  { tokens, logger }: ListenerParts,
): Promise<void> {
  let caller: Caller;
  try {
    caller = await tokens.verify(request.headers.authorization ?? '');
  } catch (error) {
    const { code, rawMessage } = statusOf(error, handler.method.name, logger);
    response.setHeader('content-type', 'application/grpc');
    response.setHeader('grpc-status', String(code));
    response.setHeader('grpc-message', encodeURIComponent(rawMessage));
    await answerPlainly(response, 200);
    return;
  }
  if (request.stream.destroyed) return;
  const answer = await handler(universalRequestFromNodeRequest(request, response, undefined, valuesOf(caller)));
  await universalResponseToNodeResponse(answer, response);
}

async function answerPlainly(response: Answering, status: number): Promise<void> {
  response.statusCode = status;
  response.end('');
}

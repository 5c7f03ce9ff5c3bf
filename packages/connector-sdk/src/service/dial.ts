import type { ClientRequest, RequestOptions } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { isUntrusted, networkFailure } from '../http/network-failure.ts';
import type { ServerAddress } from './credentials.ts';
import { proxyFor } from './proxy.ts';
import type { Trust } from './trust.ts';

export interface DialOptions {
  readonly server: ServerAddress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trust: Trust;
  readonly signal: AbortSignal;
}

/** Connecting, the proxy's part and the handshake included (`service-protocol.md §3`). */
const dialTimeoutMs = 30_000;
/** A connection that a router has silently dropped is noticed after some of these. */
const tcpKeepAliveMs = 60_000;

/** Opens a TLS connection that speaks HTTP/2, through the proxy that the environment names. Throws a `BatonError`. */
export async function dial({ server, env, trust, signal }: DialOptions): Promise<TLSSocket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(dialTimeoutMs)]);
  const proxy = proxyFor(server.hostname, server.port, env);
  const attempt = async (): Promise<TLSSocket> => {
    const tcp = proxy === undefined ? undefined : await tunnel(proxy, server, limit);
    return secure(server, trust.context, tcp, limit);
  };
  try {
    const socket = await attempt().catch((error: unknown) => {
      if (isUntrusted(error) && trust.widen()) return attempt();
      throw error;
    });
    if (socket.alpnProtocol === 'h2') return socket;
    socket.destroy();
    throw new BatonError(
      Code.FailedPrecondition,
      `${server.label} does not offer HTTP/2 (ALPN "h2"), which the connection to C1 needs. Check that it is the right host and that nothing that inspects TLS stands in between`,
      { retryable: true },
    );
  } catch (error) {
    if (BatonError.is(error)) throw error;
    if (signal.aborted) throw BatonError.from(signal.reason, `connecting to ${server.label}`);
    if (limit.aborted) {
      throw new BatonError(
        Code.Unavailable,
        `${server.label} does not answer: no connection within ${dialTimeoutMs / 1000} s${proxy === undefined ? '' : ' through the proxy in HTTPS_PROXY'}`,
        { cause: error },
      );
    }
    const { code, message } = networkFailure(error, server.label);
    throw new BatonError(code, message, { cause: error, retryable: true });
  }
}

function secure(
  { hostname, port }: ServerAddress,
  secureContext: SecureContext,
  tunnelled: Socket | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const tcp = tunnelled ?? connectTcp({ host: hostname, port, autoSelectFamily: true });
  tcp.setNoDelay(true).setKeepAlive(true, tcpKeepAliveMs);
  const socket = connectTls({
    socket: tcp,
    host: hostname,
    // A server name may not be an address (RFC 6066).
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    secureContext,
    ALPNProtocols: ['h2'],
  });
  const onAbort = (): void => {
    socket.destroy();
    tcp.destroy();
    reject(signal.reason);
  };
  const settle = (): void => {
    signal.removeEventListener('abort', onAbort);
    tcp.off('error', onError);
    socket.off('error', onError).off('close', onClose);
  };
  const onError = (error: Error): void => {
    settle();
    socket.destroy();
    // What fails later, while it is torn down, is of no interest.
    socket.on('error', () => {});
    tcp.on('error', () => {});
    reject(error);
  };
  const onClose = (): void => onError(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  tcp.once('error', onError);
  socket.once('error', onError).once('close', onClose);
  socket.once('secureConnect', () => {
    settle();
    resolve(socket);
  });
  return promise;
}

/** Asks a proxy for a connection to the server. */
async function tunnel(proxy: URL, server: ServerAddress, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const target = server.origin.replace('https://', '');
  const path = /:\d+$/.test(target) ? target : `${target}:${server.port}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const options: RequestOptions = {
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path,
    headers: {
      host: path,
      ...(user === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    agent: false,
    signal,
  };
  // Costs 6 MB that a service without a proxy need not have.
  const request: ClientRequest =
    proxy.protocol === 'https:'
      ? (await import('node:https')).request(options)
      : (await import('node:http')).request(options);
  const refused = (why: string, cause?: unknown): BatonError =>
    new BatonError(
      Code.Unavailable,
      `the proxy in front of ${server.label} ${why}: check HTTPS_PROXY and NO_PROXY`,
      cause === undefined ? {} : { cause },
    );
  request.once('connect', (answer, socket) => {
    if (answer.statusCode === 200) {
      resolve(socket);
      return;
    }
    socket.destroy();
    reject(refused(`refuses to connect (HTTP ${answer.statusCode})`));
  });
  request.once('response', (answer) => {
    answer.destroy();
    reject(refused(`refuses to connect (HTTP ${answer.statusCode})`));
  });
  request.once('error', (error) => reject(signal.aborted ? error : refused('cannot be reached', error)));
  request.end();
  return promise;
}

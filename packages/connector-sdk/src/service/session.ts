import type { ClientHttp2Stream, ClientSessionRequestOptions, OutgoingHttpHeaders } from 'node:http2';
import type { SecureContext } from 'node:tls';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Http2SessionManager } from '@connectrpc/connect-node';
import type { ServerAddress } from './credentials.ts';
import { dial } from './dial.ts';

export interface SessionOptions {
  readonly server: ServerAddress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trust: SecureContext;
}

/** gRPC servers in Go take pings that come more often than every 5 minutes for an attack. */
const pingIntervalMs = 5 * 60_000 + 10_000;
const pingTimeoutMs = 20_000;
/** A second connection that breaks before its first request says that a third would as well. */
const maxConnections = 2;

/** The one HTTP/2 connection to the server: opened when it is needed, used for everything, replaced when it has broken. */
export class Session {
  readonly authority: string;
  readonly #options: SessionOptions;
  readonly #closed = new AbortController();
  #current: Promise<Http2SessionManager> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.authority = options.server.origin;
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): Promise<ClientHttp2Stream> {
    for (let connections = 1; ; connections += 1) {
      const current = this.#open();
      const manager = await current;
      try {
        return await manager.request(method, path, headers, options);
      } catch (error) {
        if (this.#current === current) this.#current = undefined;
        if (connections === maxConnections || this.#closed.signal.aborted) {
          throw new BatonError(Code.Unavailable, `${this.#options.server.label} closes connections at once`, {
            cause: error,
          });
        }
      }
    }
  }

  notifyResponseByteRead(stream: ClientHttp2Stream): void {
    // Only an open connection has streams; one that is being replaced falls back on its pings.
    void this.#current?.then((manager) => manager.notifyResponseByteRead(stream));
  }

  /** Ends the connection and everything on it. */
  close(): void {
    this.#closed.abort(new BatonError(Code.Canceled, 'the connection was closed'));
    void this.#current?.then(
      (manager) => manager.abort(),
      () => {},
    );
    this.#current = undefined;
  }

  #open(): Promise<Http2SessionManager> {
    if (this.#current !== undefined) return this.#current;
    const opening = this.#connect();
    this.#current = opening;
    opening.catch(() => {
      if (this.#current === opening) this.#current = undefined;
    });
    return opening;
  }

  async #connect(): Promise<Http2SessionManager> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const socket = await dial({ ...this.#options, signal });
    let isUsed = false;
    return new Http2SessionManager(
      this.authority,
      { pingIntervalMs, pingTimeoutMs },
      {
        createConnection: () => {
          // Dialling takes a proxy and time, so the manager cannot do it: what breaks is replaced by `request`.
          if (isUsed || socket.destroyed) throw new BatonError(Code.Unavailable, 'the connection broke');
          isUsed = true;
          return socket;
        },
      },
    );
  }
}

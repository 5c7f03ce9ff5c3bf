import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ServerAddress } from './credentials.ts';
import { dial } from './dial.ts';
import type { Trust } from './trust.ts';

export interface SessionOptions {
  readonly server: ServerAddress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trust: Trust;
}

/** gRPC servers in Go take pings that come more often than every 5 minutes for an attack. */
const pingIntervalMs = 5 * 60_000 + 10_000;
const pingTimeoutMs = 20_000;
/** How much of an answer may be under way unread: 64 KiB, the default of HTTP/2, is slow over distance. */
const windowBytes = 1024 * 1024;

/** The one HTTP/2 connection to the server: opened when it is needed, used for everything, replaced when it has broken. */
export class Session {
  readonly #options: SessionOptions;
  readonly #closed = new AbortController();
  #opening: Promise<ClientHttp2Session> | undefined;
  #current: ClientHttp2Session | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Begins a request to a path of the server. Throws a `BatonError` when there is no way to the server. */
  async request(method: string, path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream> {
    const session = this.#current ?? (await this.#open());
    try {
      return session.request({ ...headers, ':method': method, ':path': path });
    } catch (error) {
      this.#forget(session);
      if (!session.closed && !session.destroyed) throw error;
      // It broke between two requests, and nothing has been sent yet.
      return (await this.#open()).request({ ...headers, ':method': method, ':path': path });
    }
  }

  /** Ends the connection and everything on it. */
  close(): void {
    this.#closed.abort(new BatonError(Code.Canceled, 'the connection was closed'));
    this.#current?.destroy();
  }

  #open(): Promise<ClientHttp2Session> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<ClientHttp2Session> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const socket = await dial({ ...this.#options, signal });
    signal.throwIfAborted();
    const session = connect(this.#options.server.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: windowBytes },
    });
    const forget = (): void => this.#forget(session);
    // After GOAWAY what is under way goes on, and new requests take another connection.
    session.once('goaway', forget).once('close', forget).on('error', forget);
    keepAlive(session);
    this.#current = session;
    return session;
  }

  #forget(session: ClientHttp2Session): void {
    if (this.#current === session) this.#current = undefined;
  }
}

/** Finds out that the other side is gone when nothing else would: a request that waits for its answer hears nothing. */
function keepAlive(session: ClientHttp2Session): void {
  const timer = setInterval(() => {
    const limit = setTimeout(() => session.destroy(), pingTimeoutMs).unref();
    session.ping((error) => {
      if (error === null) clearTimeout(limit);
    });
  }, pingIntervalMs).unref();
  session.once('close', () => clearInterval(timer));
}

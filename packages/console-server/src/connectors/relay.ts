import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Logger } from '@baton-ts/c1-server';

/** The other process is a few milliseconds away, or gone. */
const CONNECT_TIMEOUT_MS = 5_000;
/** As at the listener itself. */
const MAX_CONNECTIONS = 4_096;
/** The listener closes what is silent for five minutes; this is for a process that vanished without a word. */
const SILENT_MS = 10 * 60_000;

export interface RelayOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** Where the process listens that works on connectors, as `host:port`; undefined while there is none. */
  readonly target: () => Promise<string | undefined>;
}

/**
 * The connectors' port of a process that does not work on connectors: it passes what comes to the one that does, byte by
 * byte. TLS begins and ends there, so nothing is known or kept here.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #problem = '';

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** The port that it listens at; undefined while it does not. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  /** Listens, if it does not yet. A port that is taken is told once; the next call tries again. */
  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const { host, port, logger } = this.#options;
    // Half open: whoever has sent everything may still be answered.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.#pass(socket));
    server.maxConnections = MAX_CONNECTIONS;
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      const said = String(error);
      if (said !== this.#problem)
        logger.warn('connectors cannot be passed on to the process that serves them', { error });
      this.#problem = said;
      return;
    }
    server.on('error', (error) => logger.error('a connection could not be accepted', { error }));
    this.#problem = '';
    this.#server = server;
  }

  /** Connectors that are cut call again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #pass(from: Socket): Promise<void> {
    this.#keep(from);
    const target = await this.#options.target().catch(() => undefined);
    const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(target ?? '') ?? [];
    if (host === '' || from.destroyed) {
      from.destroy();
      return;
    }
    const to = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true, timeout: CONNECT_TIMEOUT_MS });
    this.#keep(to);
    to.once('connect', () => to.setTimeout(SILENT_MS));
    to.once('timeout', () => to.destroy());
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.once('close', () => other.destroy());
      one.pipe(other);
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Connections that break are the connector's affair, which calls again.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** How other processes reach a listener at this address: one that listens everywhere has the first address of the machine. */
export function reachableAddress(host: string, port: number): string {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0);
  const first = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const address = isEverywhere ? (first?.address ?? '127.0.0.1') : host;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { createConnectRouter, type Interceptor } from '@connectrpc/connect';
import KSUID from 'ksuid';
import { type Clock, systemClock } from './clock.ts';
import { type C1Listener, Events } from './events.ts';
import { HostRegister, type HostView } from './host-register.ts';
import { type C1Limits, defaultLimits } from './limits.ts';
import { createListener, MIN_TLS, type Tls } from './listener.ts';
import { type Logger, silentLogger } from './logger.ts';
import { type EnqueueOptions, type TaskPayload, TaskQueue } from './queue/task-queue.ts';
import { type TaskView, taskView } from './queue/task-view.ts';
import { statusInterceptor } from './service/authorization.ts';
import { batonService } from './service/baton-service.ts';
import { removePartialUploads } from './service/upload.ts';
import type { C1Store, ConnectorRecord, CredentialRecord } from './store/store.ts';
import { AccessTokens } from './token/access-tokens.ts';
import { createCredential, type NewCredential, revokeCredential } from './token/credentials.ts';

export interface C1ServerOptions {
  readonly tls: Tls;
  /** Not closed by the server: another one may go on with it. */
  readonly store: C1Store;
  /** A folder for the files that connectors send. They stay until the caller removes them. */
  readonly uploadsDir: string;
  /** The address to listen at. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<C1Limits>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Told after each change; must return at once. `subscribe` adds further ones. */
  readonly onEvent?: C1Listener;
  /** Run around every call, after it was let in: to count calls, or to make them fail in a test. */
  readonly interceptors?: readonly Interceptor[];
}

export interface ConnectorView extends ConnectorRecord {
  /** Without secrets: the server has none. */
  readonly credentials: readonly CredentialRecord[];
  /** The running processes, the one heard last first. */
  readonly hosts: readonly HostView[];
}

/**
 * The server that connectors talk to (`service-protocol.md §15`): the token endpoint and
 * `c1.connectorapi.baton.v1.BatonService` on one TLS listener, with a queue of tasks for each connector.
 */
export interface C1Server {
  /** `https://<host>:<port>`; undefined while it does not listen. */
  readonly url: string | undefined;
  /** @throws BatonError `FailedPrecondition` when the port is taken or not allowed */
  listen(): Promise<void>;
  /** Answers what waits, cuts what does not end within a second. Leases and results stay in the store. */
  close(): Promise<void>;
  /** New connections get this certificate; those that are open stay. */
  replaceTls(tls: Tls): void;
  /** Cuts every connection, as a network failure would. */
  dropConnections(): void;

  createConnector(name: string): Promise<ConnectorRecord>;
  /** @throws BatonError `NotFound` */
  connector(id: string): Promise<ConnectorView>;
  connectors(): Promise<readonly ConnectorRecord[]>;

  /**
   * Makes a credential, for a connector that exists or for a new one of that name.
   *
   * @param request.host where clients reach the server, as `host` or `host:port`. Default: that of `url`, while it listens
   * @example const { clientId, clientSecret } = await server.createCredential({ name: 'sendgrid' })
   */
  createCredential(request: {
    readonly name: string;
    readonly host?: string;
    readonly connectorId?: string;
  }): Promise<NewCredential>;
  /** @throws BatonError `NotFound` */
  revokeCredential(clientId: string): Promise<void>;

  /** See `TaskQueue.enqueue`. @example await server.enqueue(connectorId, { case: 'syncFull', value: {} }) */
  enqueue(connectorId: string, payload: TaskPayload, options?: EnqueueOptions): Promise<TaskView>;
  /** See `TaskQueue.cancel`. */
  cancel(taskId: string): Promise<TaskView>;
  /** @throws BatonError `NotFound` */
  task(taskId: string): Promise<TaskView>;
  /** Newest first; at most `limit`, by default 100. */
  tasks(connectorId: string, limit?: number): Promise<readonly TaskView[]>;
  /** See `TaskQueue.waitFor`. */
  waitFor(taskId: string, signal?: AbortSignal): Promise<TaskView>;

  /** @returns what ends the subscription */
  subscribe(listener: C1Listener): () => void;
}

/** A message to the server: results of list calls may be as large as what a client receives (4 MiB). */
const MAX_MESSAGE_BYTES = 4 * 1024 ** 2;

/** How often leases are looked at when nobody polls. */
const SWEEP_MS = 5_000;

/** After this the connections that are still open at the end are cut. */
const CLOSE_GRACE_MS = 1_000;

const DEFAULT_TASKS = 100;

export function createC1Server(options: C1ServerOptions): C1Server {
  const { store, uploadsDir, tls, clock = systemClock, logger = silentLogger, host = '127.0.0.1', port = 0 } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const events = new Events(logger);
  if (options.onEvent !== undefined) events.subscribe(options.onEvent);
  const queue = new TaskQueue({ store, clock, limits, events, logger });
  const hosts = new HostRegister(store, clock);
  const tokens = new AccessTokens(store, clock, limits.tokenLifetimeMs);
  const shutdown = new AbortController();
  const router = createConnectRouter({
    grpc: true,
    grpcWeb: false,
    connect: false,
    acceptCompression: [],
    readMaxBytes: MAX_MESSAGE_BYTES,
    writeMaxBytes: MAX_MESSAGE_BYTES,
    interceptors: [statusInterceptor(logger), ...(options.interceptors ?? [])],
  }).service(BatonService, batonService({ queue, hosts, events, limits, clock, uploadsDir }));
  const http = createListener({ tls, router, store, clock, tokens, logger });
  const sockets = new Set<Duplex>();
  http.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  let address: string | undefined;

  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    get url() {
      return address === undefined ? undefined : `https://${address}`;
    },

    async listen() {
      await removePartialUploads(uploadsDir);
      http.listen(port, host);
      try {
        await once(http, 'listening');
      } catch (cause) {
        throw new BatonError(
          Code.FailedPrecondition,
          `The server cannot listen at ${host}:${port}. Choose another port, or 0 for a free one.`,
          { cause },
        );
      }
      http.on('error', (error) => logger.error('a connection could not be accepted', { error }));
      address = addressOf(http.address(), host);
      void sweepUntil(shutdown.signal);
    },

    async close() {
      if (shutdown.signal.aborted) return;
      shutdown.abort();
      queue.close();
      if (address === undefined) return;
      address = undefined;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      const timer = setTimeout(dropConnections, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },

    replaceTls: ({ cert, key }) => http.setSecureContext({ cert, key, minVersion: MIN_TLS }),
    dropConnections,

    createConnector,

    async connector(id) {
      const connector = await store.connector(id);
      if (connector === undefined) throw new BatonError(Code.NotFound, `There is no connector ${id}.`);
      return { ...connector, credentials: await store.credentials(id), hosts: await hosts.hosts(id) };
    },

    connectors: () => store.connectors(),

    async createCredential({ name, host = address, connectorId }) {
      if (host === undefined) {
        throw new BatonError(Code.FailedPrecondition, 'Name the host that clients will use, or listen first.');
      }
      if (connectorId !== undefined && (await store.connector(connectorId)) === undefined) {
        throw new BatonError(Code.NotFound, `There is no connector ${connectorId}.`);
      }
      const id = connectorId ?? (await createConnector(name)).id;
      return await createCredential(store, clock, { connectorId: id, name, host });
    },

    revokeCredential: (clientId) => revokeCredential(store, clock, clientId),

    enqueue: (connectorId, payload, enqueueOptions) => queue.enqueue(connectorId, payload, enqueueOptions),
    cancel: (taskId) => queue.cancel(taskId),
    task: (taskId) => queue.task(taskId),
    tasks: async (connectorId, limit = DEFAULT_TASKS) => (await store.tasks(connectorId, limit)).map(taskView),
    waitFor: (taskId, signal) => queue.waitFor(taskId, signal),
    subscribe: (listener) => events.subscribe(listener),
  };

  async function createConnector(name: string): Promise<ConnectorRecord> {
    const createdAtMs = clock.now();
    const connector = { id: KSUID.randomSync(createdAtMs).string, name, createdAtMs };
    await store.putConnector(connector);
    return connector;
  }

  async function sweepUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await clock.sleep(SWEEP_MS, signal);
        await queue.sweep();
      } catch (error) {
        if (!signal.aborted) logger.error('leases could not be looked at', { error });
      }
    }
  }
}

function addressOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host.includes(':') ? `[${host}]` : host;
  return port === 443 ? name : `${name}:${port}`;
}

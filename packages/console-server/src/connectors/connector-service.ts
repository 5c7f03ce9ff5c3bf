import { hostname } from 'node:os';
import { join } from 'node:path';
import { type C1Event, type C1Limits, type C1Server, type C1Store, createC1Server } from '@baton-ts/c1-server';
import type { BatonServiceHelloRequest } from '@baton-ts/protocol/connectorapi-v1';
import { systemActor } from '../domain/actor.ts';
import { transitions } from '../domain/connector-state.ts';
import type { ListenerRole } from '../domain/listener-role.ts';
import { c1Store } from '../store/c1-store.ts';
import { leaseAddress, withLease } from '../store/leases.ts';
import { searchText } from '../store/search-text.ts';
import { catalogueEntry } from './catalogue.ts';
import { ConnectorLog } from './connector-log.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { asTarget, findRow, lockConnector } from './connector-rows.ts';
import { ownContext } from './finish-sync.ts';
import { UPLOADS } from './folders.ts';
import { type HostedOptions, HostedRunner } from './hosted-runner.ts';
import { Relay, reachableAddress } from './relay.ts';
import type { ServedTls } from './served-tls.ts';
import { SyncFiles } from './sync-files.ts';
import { beginSync } from './sync-runs.ts';
import { SyncWorker, type WorkerParts } from './sync-worker.ts';

const LEASE = 'connectors';
/** That of `createC1Server`. */
const DEFAULT_HOST = '127.0.0.1';
/** How often the database is looked at for what other processes have asked, and for what is due. */
const TICK_MS = 1_000;
/** A process that died is followed by another one after this. */
const LEASE_MS = 15_000;
/** Before another attempt to become the one that works, or to listen. */
const RETRY_MS = 5_000;
/** Of one look. The rest is found by the next one. */
const MOST_DUE = 100;

export interface ConnectorServiceOptions extends Omit<ConnectorParts, 'c1' | 'wake'> {
  readonly listener: { readonly certificate: ServedTls; readonly host?: string; readonly port?: number };
  readonly hosted: HostedOptions;
  readonly ingest: WorkerParts['ingest'];
  /** Those that differ from the defaults, for tests. */
  readonly limits?: Partial<C1Limits>;
}

/**
 * Everything that happens to connectors without a person: the listener that they talk to, their schedule, the processes of
 * hosted ones, and what becomes of the files that they send. One process of the console does it at a time; what is to be
 * done is in the database, so another one goes on where it ends.
 */
export class ConnectorService {
  readonly parts: ConnectorParts;
  readonly #options: ConnectorServiceOptions;
  readonly #store: C1Store;
  readonly #log: ConnectorLog;
  readonly #stopping = new AbortController();
  readonly #relay: Relay;
  #awake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #server: C1Server | undefined;
  #runner: HostedRunner | undefined;

  constructor(options: ConnectorServiceOptions) {
    this.#options = options;
    const { store, box, clock, logger } = options;
    this.#store = noticingUse(options);
    this.#relay = new Relay({
      host: options.listener.host ?? DEFAULT_HOST,
      port: options.listener.port ?? 0,
      logger,
      target: () => this.#target(),
    });
    this.#log = new ConnectorLog(store, (error) => logger.error('lines of a connector could not be kept', { error }));
    this.parts = {
      ...options,
      // Never listens: connectors and credentials are rows, which any process can write.
      c1: createC1Server({
        tls: options.listener.certificate.tls,
        store: c1Store(store, box, clock),
        uploadsDir: this.#uploadsDir,
        clock,
        logger,
      }),
      wake: () => this.#wake(),
    };
  }

  /** What becomes of a connector that calls here. */
  async role(): Promise<ListenerRole> {
    if (this.#server !== undefined) return 'serving';
    return this.#relay.port !== undefined && (await this.#target()) !== undefined ? 'passing_on' : 'waiting';
  }

  /** The port for connectors, whoever serves them; undefined while nothing listens. */
  get port(): number | undefined {
    const { url } = this;
    return url === undefined ? this.#relay.port : Number(new URL(url).port || 443);
  }

  /** `https://<host>:<port>` while this process is the one that connectors talk to. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /** The process ids of hosted connectors that this process runs. */
  pids(): ReadonlyMap<string, number> {
    return this.#runner?.pids() ?? new Map();
  }

  /** Returns at once; works as soon as no other process does. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the processes of hosted connectors are gone, the listener is closed and nothing is being applied. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    await this.#log.flush();
  }

  get #uploadsDir(): string {
    return join(this.#options.dataDir, UPLOADS);
  }

  #wake(): void {
    this.#awake.resolve();
    this.#awake = Promise.withResolvers();
  }

  async #run(): Promise<void> {
    const { store, clock, logger } = this.#options;
    const { signal } = this.#stopping;
    const lease = { store, clock, name: LEASE, holder: `${hostname()}/${process.pid}`, ttlMs: LEASE_MS };
    while (!signal.aborted) {
      try {
        const { held } = await withLease(lease, (lost, announce) =>
          this.#serve(AbortSignal.any([signal, lost]), announce),
        );
        if (!held && !signal.aborted) await this.#relay.open();
      } catch (error) {
        logger.error('connectors are not served', { error });
      }
      await clock.sleep(RETRY_MS, signal).catch(() => {});
    }
    await this.#relay.close();
  }

  /** Where connectors are served, unless that is here: an old lease may still name this process's own address. */
  async #target(): Promise<string | undefined> {
    const { store, clock, listener } = this.#options;
    const address = await leaseAddress({ store, clock, name: LEASE });
    const own = reachableAddress(listener.host ?? DEFAULT_HOST, this.#relay.port ?? 0);
    return address === own ? undefined : address;
  }

  async #serve(signal: AbortSignal, announce: (address: string) => Promise<void>): Promise<void> {
    const { clock, logger, dataDir, store, limits = {} } = this.#options;
    const { certificate, ...place } = this.#options.listener;
    let { tls } = certificate;
    const server = createC1Server({
      ...place,
      tls,
      store: this.#store,
      uploadsDir: this.#uploadsDir,
      clock,
      logger,
      limits,
      onEvent: (event) => this.#happened(event),
    });
    const files = new SyncFiles(dataDir, store);
    const worker = new SyncWorker(
      { ...this.parts, log: this.#log, files, ingest: this.#options.ingest },
      server,
      signal,
    );
    const runner = new HostedRunner({
      ...this.#options,
      c1: this.parts.c1,
      onLine: (connectorId, line) => {
        this.#log.addLine(connectorId, clock.now(), line);
        void worker.heard(connectorId, line).catch((error: unknown) => this.#failed(connectorId, error));
      },
      onExit: (connectorId, why, inARow) =>
        void worker.exited(connectorId, why, inARow).catch((error: unknown) => this.#failed(connectorId, error)),
      lastHeardMs: async (c1ConnectorId, hostId) =>
        (await this.#store.hosts(c1ConnectorId)).find((host) => host.hostId === hostId)?.lastSeenMs ?? 0,
    });
    try {
      await this.#relay.close();
      await server.listen();
      this.#server = server;
      this.#runner = runner;
      const port = new URL(server.url ?? '').port;
      await announce(reachableAddress(place.host ?? DEFAULT_HOST, Number(port || 443)));
      while (!signal.aborted) {
        const awake = this.#awake.promise;
        if (certificate.tls !== tls) {
          tls = certificate.tls;
          server.replaceTls(tls);
        }
        try {
          await this.#queueDue();
          await worker.advance();
          await runner.reconcile(port === '' ? '443' : port);
        } catch (error) {
          logger.error('a look at the connectors failed', { error });
        }
        await this.#untilAwake(awake, signal);
      }
    } finally {
      this.#server = undefined;
      this.#runner = undefined;
      await runner.stop();
      await worker.settled();
      await server.close();
    }
  }

  async #untilAwake(awake: Promise<void>, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const tick = this.#options.clock.sleep(TICK_MS, AbortSignal.any([signal, woken.signal])).catch(() => {});
    await Promise.race([awake, tick]);
    woken.abort();
  }

  /** What the schedules ask for. After a standstill each connector syncs once, not once for each time that was missed. */
  async #queueDue(): Promise<void> {
    const { store, clock, audit } = this.#options;
    const due = await store.db
      .selectFrom('connectors')
      .select('id')
      .where('deleted_ms', 'is', null)
      .where('next_sync_ms', '<=', clock.now())
      .orderBy('next_sync_ms')
      .limit(MOST_DUE)
      .execute();
    for (const { id } of due) {
      await store.transaction(async (trx) => {
        await lockConnector(store, trx, id);
        const row = await findRow(trx, id);
        const nowMs = clock.now();
        if (row === undefined || row.deleted_ms !== null || (row.next_sync_ms ?? nowMs + 1) > nowMs) return;
        if (transitions[row.status].schedule_due.kind === 'refused') {
          await trx.updateTable('connectors').set({ next_sync_ms: null }).where('id', '=', id).execute();
          return;
        }
        const { sync, row: next } = await beginSync(trx, row, 'schedule_due', {
          trigger: 'SCHEDULE',
          triggeredBy: null,
          nowMs,
        });
        if (sync === undefined) return;
        await audit.append(trx, ownContext(sync.id), {
          action: 'connector.sync_started',
          target: asTarget(next),
          after: { trigger: 'SCHEDULE' },
        });
      });
    }
  }

  #happened(event: C1Event): void {
    if (event.kind === 'hello') {
      void this.#checkedIn(event.connectorId, event.request).catch((error: unknown) =>
        this.#failed(event.connectorId, error),
      );
    } else if (event.kind === 'task') this.#wake();
  }

  /** A self-hosted connector that introduces itself for the first time syncs at once, under its own name. */
  async #checkedIn(c1ConnectorId: string, { connectorMetadata }: BatonServiceHelloRequest): Promise<void> {
    const { store, clock, audit } = this.#options;
    await store.transaction(async (trx) => {
      const found = await trx
        .selectFrom('connectors')
        .select('id')
        .where('c1_connector_id', '=', c1ConnectorId)
        .where('deleted_ms', 'is', null)
        .executeTakeFirst();
      if (found === undefined) return;
      await lockConnector(store, trx, found.id);
      const row = await findRow(trx, found.id);
      if (row === undefined || row.catalog_id !== 'baton') return;
      const nowMs = clock.now();
      const { displayName = '', description = '' } = connectorMetadata ?? {};
      const isNamed = row.display_name !== catalogueEntry('baton').displayName || displayName === '';
      const named = {
        display_name: isNamed ? row.display_name : displayName.slice(0, 200),
        description: (description || displayName || row.description).slice(0, 2_000),
      };
      await trx
        .updateTable('connectors')
        .set({ ...named, search: searchText(named.display_name, displayName, catalogueEntry('baton').displayName) })
        .where('id', '=', row.id)
        .execute();
      this.#log.add({
        connectorId: row.id,
        atMs: nowMs,
        level: 'info',
        message: `The connector checked in${displayName === '' ? '' : `: ${displayName}`}.`,
      });
      if (row.status !== 'NOT_CONNECTED') return;
      await beginSync(trx, { ...row, ...named }, 'checked_in', { trigger: 'SETTINGS', triggeredBy: null, nowMs });
      await audit.append(
        trx,
        {
          ...ownContext(row.id),
          actor: { ...systemActor, kind: 'CONNECTOR', id: row.id, displayName: named.display_name },
        },
        { action: 'connector.checked_in', target: asTarget({ ...row, ...named }), after: { name: displayName } },
      );
    });
    this.#wake();
  }

  #failed(connectorId: string, error: unknown): void {
    this.#options.logger.error('what a connector said could not be kept', { connector_id: connectorId, error });
  }
}

/** Writes down when a credential was last used: a token is asked for every few minutes. */
function noticingUse({ store, box, clock }: ConnectorServiceOptions): C1Store {
  const inner = c1Store(store, box, clock);
  return {
    ...inner,
    async rememberNonce(nonce, nowMs, max) {
      const answer = await inner.rememberNonce(nonce, nowMs, max);
      if (answer === 'new') {
        await store.db
          .updateTable('c1_credentials')
          .set({ last_used_ms: nowMs })
          .where('client_id', '=', nonce.clientId)
          .execute();
      }
      return answer;
    },
  };
}

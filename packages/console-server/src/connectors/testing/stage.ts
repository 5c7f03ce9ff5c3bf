import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { selfSignedTls } from '@baton-ts/c1-server';
import type { CheckedRequest, Connector, EndpointName, EndpointResponse, Role } from '@baton-ts/console-api';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { createAuditLog } from '../../audit/append.ts';
import type { Clock } from '../../clock.ts';
import type { RequestContext } from '../../domain/actor.ts';
import { permissionsOf } from '../../domain/permissions.ts';
import type { Routes } from '../../http/route.ts';
import { ingest } from '../../ingestion/ingest.ts';
import { silentLogger } from '../../logger.ts';
import { createMailer } from '../../mail/outbox.ts';
import { actorOf, insertPerson, type Person } from '../../people/person.ts';
import { openKeyRing, secretBox } from '../../settings/secret-box.ts';
import type { Store } from '../../store/store.ts';
import { tempFolder } from '../../testing/with-stores.ts';
import { readConfigSchema } from '../config-schema.ts';
import { ConnectorService } from '../connector-service.ts';
import { findHostedProgram } from '../hosted-program.ts';
import { connectorRoutes } from '../routes.ts';

const WAIT_MS = 30_000;
const bin = findHostedProgram();

/** A clock that a test puts forward; sleeping takes real time. */
export class MovableClock implements Clock {
  #aheadMs = 0;
  now(): number {
    return Date.now() + this.#aheadMs;
  }
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal, ref: false });
  }
  forward(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** The routes and the service of connectors, on a real listener, with the SendGrid simulator. */
export class Stage {
  readonly store: Store;
  readonly clock: MovableClock;
  readonly service: ConnectorService;
  readonly simulator: Simulator;
  readonly caPath: string;
  readonly #routes: Routes;

  private constructor(parts: Pick<Stage, 'store' | 'clock' | 'service' | 'simulator' | 'caPath'>) {
    this.store = parts.store;
    this.clock = parts.clock;
    this.service = parts.service;
    this.simulator = parts.simulator;
    this.caPath = parts.caPath;
    this.#routes = connectorRoutes(parts.service.parts);
  }

  static async set(t: TestContext, store: Store): Promise<Stage> {
    const dataDir = tempFolder(t);
    const clock = new MovableClock();
    const simulator = await startSimulator();
    const tls = selfSignedTls({ hosts: ['localhost', '127.0.0.1'] });
    const caPath = join(dataDir, 'ca.pem');
    writeFileSync(caPath, tls.ca);
    const box = secretBox(await openKeyRing({ store, dataDir }));
    const service = new ConnectorService({
      store,
      clock,
      box,
      dataDir,
      audit: createAuditLog({ store, clock }),
      mailer: createMailer({ clock, box }),
      logger: silentLogger,
      connectorHost: 'localhost',
      webUrl: 'https://console.example.test',
      instanceName: async () => 'Acme',
      configFields: async (catalogId) => (catalogId === 'baton' ? [] : await schema()),
      authority: () => undefined,
      listener: { certificate: { tls, authority: tls.ca, refresh: async () => {} } },
      hosted: { bin, trusted: () => tls.ca, sendgridBaseUrl: simulator.url },
      ingest: (upload) => ingest(store, upload),
    });
    service.start();
    t.after(async () => {
      await service.stop();
      await simulator.close();
    });
    return new Stage({ store, clock, service, simulator, caPath });
  }

  async person(name: string, ...roles: Role[]): Promise<Person> {
    return await this.store.transaction((trx) =>
      insertPerson(trx, this.clock.now(), {
        email: `${name}@example.test`,
        displayName: name,
        origin: 'LOCAL',
        roles,
      }),
    );
  }

  /** Calls a route as the server does: the permission first. */
  async call<Name extends EndpointName>(
    person: Person,
    name: Name,
    request: Partial<CheckedRequest<Name>>,
  ): Promise<EndpointResponse<Name>> {
    const route = this.#routes[name];
    if (route === undefined) throw new Error(`There is no route ${name}.`);
    const actor = actorOf(person);
    const held = permissionsOf(actor.roles);
    if (typeof route.access === 'object' && !route.access.some((permission) => held.has(permission))) {
      throw new Error('forbidden');
    }
    const context: RequestContext = { actor, requestId: 'test', ip: '', signal: new AbortController().signal };
    return await route.handle(
      { params: undefined, query: undefined, body: undefined, ...request } as CheckedRequest<Name>,
      context,
    );
  }

  async get(person: Person, { appId, id }: Pick<Connector, 'appId' | 'id'>): Promise<Connector> {
    const params = { app_id: appId, connector_id: id };
    return (await this.call(person, 'GET /api/v1/apps/{app_id}/connectors/{connector_id}', { params })).connector;
  }

  /** Looks until the connector is as wanted. */
  async until(person: Person, one: Connector, wanted: (now: Connector) => boolean): Promise<Connector> {
    const endMs = Date.now() + WAIT_MS;
    for (;;) {
      const now = await this.get(person, one);
      if (wanted(now)) return now;
      if (Date.now() > endMs) throw new Error(`It stays ${now.status}: ${now.statusReason} ${now.lastError ?? ''}`);
      await delay(25);
    }
  }
}

let printed: ReturnType<typeof readConfigSchema> | undefined;
const schema = () => (printed ??= readConfigSchema(bin));

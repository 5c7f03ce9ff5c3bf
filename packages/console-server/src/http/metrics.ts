import { sql } from 'kysely';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type ListenerRole, listenerRoles } from '../domain/listener-role.ts';
import type { Store } from '../store/store.ts';

export interface Metrics {
  countRequest(method: string, route: string, status: number, tookMs: number): void;
  readonly contentType: string;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
}

interface Counted {
  readonly key: string;
  readonly count: number;
}

const counting = sql<number>`count(*)`.as('count');

/** What this process knows of its listener for connectors. */
export interface ConnectorListenerFacts {
  readonly role: () => Promise<ListenerRole>;
  readonly certificateEndsMs: () => number;
}

/** What is counted of this process, and what is read from the database when somebody asks. */
export function createMetrics({ db }: Store, listener?: ConnectorListenerFacts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'console_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'console_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const counted = (name: string, help: string, label: string, read: () => Promise<readonly Counted[]>): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [],
      async collect() {
        const rows = await read();
        this.reset();
        for (const { key, count } of rows) this.set({ [label]: key }, count);
      },
    });
    registry.registerMetric(gauge);
  };
  counted('console_mails', 'Mails in the outbox by state.', 'state', () =>
    db.selectFrom('outbox').select(['state as key', counting]).groupBy('state').execute(),
  );
  counted('console_open_tasks', 'Tasks that connectors have not finished, by type.', 'type', () =>
    db
      .selectFrom('c1_tasks')
      .select(['type as key', counting])
      .where('state', 'in', ['pending', 'leased'])
      .groupBy('type')
      .execute(),
  );
  counted('console_syncs', 'Syncs so far by result.', 'result', () =>
    db.selectFrom('syncs').select(['result as key', counting]).groupBy('result').execute(),
  );
  counted('console_connectors', 'Connectors by status.', 'status', () =>
    db
      .selectFrom('connectors')
      .select(['status as key', counting])
      .where('deleted_ms', 'is', null)
      .groupBy('status')
      .execute(),
  );
  const auditRecords = new Gauge({
    name: 'console_audit_records',
    help: 'Records of the system log.',
    registers: [],
    async collect() {
      const head = await db.selectFrom('audit_log').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
      this.set(head?.seq ?? 0);
    },
  });
  registry.registerMetric(auditRecords);
  if (listener !== undefined) watchListener(registry, listener);
  return {
    countRequest(method, route, status, tookMs) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, tookMs / 1000);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function watchListener(registry: Registry, { role, certificateEndsMs }: ConnectorListenerFacts): void {
  registry.registerMetric(
    new Gauge({
      name: 'console_connector_listener',
      help: 'What this process does with connectors that call it: 1 for the role that it has.',
      labelNames: ['role'],
      registers: [],
      async collect() {
        const now = await role();
        for (const one of listenerRoles) this.set({ role: one }, one === now ? 1 : 0);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'console_certificate_expiry_timestamp_seconds',
      help: 'When the certificate of the listener for connectors ends, in seconds since 1970.',
      registers: [],
      collect() {
        this.set(certificateEndsMs() / 1000);
      },
    }),
  );
}

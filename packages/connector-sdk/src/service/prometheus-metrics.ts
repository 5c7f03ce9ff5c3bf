import { Code, codeName } from '@baton-ts/protocol/errors';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceMetrics } from './metrics.ts';
import type { TaskOutcome } from './task-handler.ts';

/** Metrics that can be read in the text format of Prometheus. */
export interface PrometheusMetrics extends ServiceMetrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** From one tenth of a second, which a grant takes, to hours, which a sync of a large account takes. */
const durationBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];
const requestBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counts from zero, apart from every other instance. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  const tasks = new Counter({
    name: 'baton_tasks_total',
    help: 'Tasks that ended, by type and by how: success, error, cancelled, or told (answered without FinishTask)',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const taskDuration = new Histogram({
    name: 'baton_task_duration_seconds',
    help: 'How long tasks took, by type',
    labelNames: ['type'],
    buckets: durationBuckets,
    registers,
  });
  const syncDuration = new Histogram({
    name: 'baton_sync_duration_seconds',
    help: 'How long syncs took, by how they ended: success or error',
    labelNames: ['outcome'],
    buckets: durationBuckets,
    registers,
  });
  // Only once there was one: until then it would say 1970.
  let lastSync: Gauge | undefined;
  const records = new Gauge({
    name: 'baton_sync_records',
    help: 'Records of the last successful sync, by kind and resource type',
    labelNames: ['kind', 'resource_type'],
    registers,
  });
  const requests = new Counter({
    name: 'baton_http_requests_total',
    help: 'Requests to the connected system, by method, route and status; without an answer the status is the kind of failure',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const requestDuration = new Histogram({
    name: 'baton_http_request_duration_seconds',
    help: 'How long answers of the connected system took, by method and route',
    labelNames: ['method', 'route'],
    buckets: requestBuckets,
    registers,
  });
  const waits = new Counter({
    name: 'baton_http_waits_total',
    help: 'Requests that had to wait, by reason: rate limit, or retry',
    labelNames: ['reason'],
    registers,
  });
  const waitSeconds = new Counter({
    name: 'baton_http_wait_seconds_total',
    help: 'Seconds that requests were to wait, by reason: rate limit, or retry',
    labelNames: ['reason'],
    registers,
  });

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    taskFinished(type, outcome, durationMs) {
      tasks.inc({ type, outcome: outcomeName(outcome) });
      taskDuration.observe({ type }, durationMs / 1000);
    },
    syncFinished(stats, durationMs) {
      syncDuration.observe({ outcome: stats === undefined ? 'error' : 'success' }, durationMs / 1000);
      if (stats === undefined) return;
      lastSync ??= new Gauge({
        name: 'baton_last_sync_success_timestamp_seconds',
        help: 'When the last successful sync ended, in seconds since 1970',
        registers,
      });
      lastSync.setToCurrentTime();
      records.reset();
      const kinds = {
        resources: stats.resourcesByResourceType,
        entitlements: stats.entitlementsByResourceType,
        grants: stats.grantsByResourceType,
      };
      for (const [kind, counts] of Object.entries(kinds)) {
        for (const [type, count] of Object.entries(counts)) records.set({ kind, resource_type: type }, count);
      }
    },
    httpObserver: {
      onResponse({ method, route, status, elapsedMs }) {
        requests.inc({ method, route, status });
        requestDuration.observe({ method, route }, elapsedMs / 1000);
      },
      onNoAnswer({ method, route, code }) {
        requests.inc({ method, route, status: codeName(code) });
      },
      onWait({ reason, waitMs }) {
        waits.inc({ reason });
        waitSeconds.inc({ reason }, waitMs / 1000);
      },
    },
  };
}

function outcomeName(outcome: TaskOutcome): string {
  return outcome.kind === 'error' && outcome.error.code === Code.Canceled ? 'cancelled' : outcome.kind;
}

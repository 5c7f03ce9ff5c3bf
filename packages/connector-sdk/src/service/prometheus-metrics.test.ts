import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { createPrometheusMetrics, type PrometheusMetrics } from './prometheus-metrics.ts';

/** The lines of one metric, without its explanation. */
async function linesOf(metrics: PrometheusMetrics, name: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
}

const stats = {
  resourceTypes: 2,
  resources: 3,
  entitlements: 1,
  grants: 4,
  resourcesByResourceType: { user: 3, role: 0 },
  entitlementsByResourceType: { role: 1 },
  grantsByResourceType: { role: 4 },
};

test('tasks are counted by type and by how they ended', async () => {
  const metrics = createPrometheusMetrics();
  const failed = (code: Code) => ({ kind: 'error', error: new BatonError(code, 'no'), nonRetryable: false }) as const;
  metrics.taskFinished('grant', { kind: 'success' }, 250);
  metrics.taskFinished('grant', { kind: 'success' }, 250);
  metrics.taskFinished('grant', failed(Code.NotFound), 250);
  metrics.taskFinished('sync_full', failed(Code.Canceled), 250);
  metrics.taskFinished('hello', { kind: 'told' }, 5);
  assert.deepEqual(await linesOf(metrics, 'baton_tasks_total'), [
    'baton_tasks_total{type="grant",outcome="success"} 2',
    'baton_tasks_total{type="grant",outcome="error"} 1',
    'baton_tasks_total{type="sync_full",outcome="cancelled"} 1',
    'baton_tasks_total{type="hello",outcome="told"} 1',
  ]);
  assert.deepEqual(await linesOf(metrics, 'baton_task_duration_seconds_sum{type="grant"}'), [
    'baton_task_duration_seconds_sum{type="grant"} 0.75',
  ]);
});

test('a sync tells how long it took and what the file holds, zeros included', async () => {
  const metrics = createPrometheusMetrics();
  metrics.syncFinished(stats, 12_000);
  assert.deepEqual(await linesOf(metrics, 'baton_sync_duration_seconds_sum'), [
    'baton_sync_duration_seconds_sum{outcome="success"} 12',
  ]);
  assert.deepEqual(await linesOf(metrics, 'baton_sync_records'), [
    'baton_sync_records{kind="resources",resource_type="user"} 3',
    'baton_sync_records{kind="resources",resource_type="role"} 0',
    'baton_sync_records{kind="entitlements",resource_type="role"} 1',
    'baton_sync_records{kind="grants",resource_type="role"} 4',
  ]);
});

test('the time of the last successful sync is told once there was one', async () => {
  const metrics = createPrometheusMetrics();
  const name = 'baton_last_sync_success_timestamp_seconds';
  metrics.syncFinished(undefined, 1000);
  assert.deepEqual(await linesOf(metrics, name), []);
  metrics.syncFinished(stats, 1000);
  const [line] = await linesOf(metrics, name);
  assert.ok(line !== undefined && Math.abs(Number(line.split(' ')[1]) - Date.now() / 1000) < 60);
});

test('a failed sync leaves the records of the one before', async () => {
  const metrics = createPrometheusMetrics();
  metrics.syncFinished(stats, 12_000);
  metrics.syncFinished(undefined, 1000);
  assert.equal((await linesOf(metrics, 'baton_sync_records')).length, 4);
  assert.equal((await linesOf(metrics, 'baton_sync_duration_seconds_count{outcome="error"} 1')).length, 1);
});

test('a type that is gone from the file is gone from the records', async () => {
  const metrics = createPrometheusMetrics();
  metrics.syncFinished(stats, 12_000);
  metrics.syncFinished({ ...stats, entitlementsByResourceType: {} }, 12_000);
  assert.equal((await linesOf(metrics, 'baton_sync_records{kind="entitlements"')).length, 0);
});

test('requests are counted by route and status, or by what failed', async () => {
  const metrics = createPrometheusMetrics();
  const { httpObserver } = metrics;
  const call = { method: 'GET', route: '/v3/teammates/{username}' } as const;
  httpObserver.onResponse?.({ ...call, status: 200, elapsedMs: 100 });
  httpObserver.onResponse?.({ ...call, status: 429, elapsedMs: 100 });
  httpObserver.onNoAnswer?.({ ...call, code: Code.DeadlineExceeded, elapsedMs: 60_000 });
  assert.deepEqual(await linesOf(metrics, 'baton_http_requests_total'), [
    'baton_http_requests_total{method="GET",route="/v3/teammates/{username}",status="200"} 1',
    'baton_http_requests_total{method="GET",route="/v3/teammates/{username}",status="429"} 1',
    'baton_http_requests_total{method="GET",route="/v3/teammates/{username}",status="DeadlineExceeded"} 1',
  ]);
});

test('waits for a rate limit are counted and summed', async () => {
  const metrics = createPrometheusMetrics();
  const wait = { method: 'GET', route: '/v3/scopes', reason: 'rate limit' } as const;
  metrics.httpObserver.onWait?.({ ...wait, waitMs: 1500 });
  metrics.httpObserver.onWait?.({ ...wait, waitMs: 500 });
  assert.deepEqual(await linesOf(metrics, 'baton_http_wait'), [
    'baton_http_waits_total{reason="rate limit"} 2',
    'baton_http_wait_seconds_total{reason="rate limit"} 2',
  ]);
});

test('two services in one process count apart', async () => {
  const [one, other] = [createPrometheusMetrics(), createPrometheusMetrics()];
  one.taskFinished('grant', { kind: 'success' }, 1);
  assert.deepEqual(await linesOf(other, 'baton_tasks_total'), []);
});

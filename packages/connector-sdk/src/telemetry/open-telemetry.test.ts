import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Code } from '@baton-ts/protocol/errors';
import { clientOf, json, serve, thing } from '../http/testing/test-server.ts';
import type { Logger } from '../logger.ts';
import { silentLogger } from '../logger.ts';
import type { SyncSnapshot, SyncStep } from '../sync/options.ts';
import type { Collector } from './collector.ts';
import { openTelemetry } from './open-telemetry.ts';
import type { Telemetry } from './telemetry.ts';
import { startCollector, type TestCollector } from './testing/collector.ts';

const hide = (text: string): string => text.replaceAll('SG.secret', '***');
const program = { name: 'baton-demo', version: '1.2.3' };

/** Everything that the collector has after `use` and the end of the run. */
async function send(
  use: (telemetry: Telemetry) => unknown,
  which: Partial<Collector> = {},
): Promise<Pick<TestCollector, 'spans' | 'logs'>> {
  await using collector = await startCollector();
  const telemetry = openTelemetry({
    collector: collectorAt(collector.address, which),
    program,
    logger: silentLogger,
    hide,
  });
  await use(telemetry);
  await telemetry.close();
  return { spans: collector.spans, logs: collector.logs };
}

function collectorAt(address: string, which: Partial<Collector> = {}): Collector {
  return { address, insecure: true, ca: undefined, traces: true, logs: true, ...which };
}

function snapshot(step: SyncStep, resources: number): SyncSnapshot {
  const rest = { entitlements: 0, grants: 0, rowsPerSecond: 0, doneByResourceType: new Map(), waiting: undefined };
  return { step, resources, ...rest };
}

const call = { method: 'GET', route: '/v3/teammates/{username}' } as const;
const entry = { level: 'info', time: new Date(), caller: 'a/b.ts:1', message: 'hello', fields: { count: 2 } } as const;

test('a span arrives with its name, its facts and the name of the service', async () => {
  const { spans } = await send((telemetry) =>
    telemetry.span('task grant', { task_id: 'abc' }, async (span) => span.set('outcome', 'success')),
  );
  const [span, ...more] = spans;
  assert.equal(more.length, 0);
  assert.deepEqual(
    [span?.name, span?.service, span?.failure, span?.facts],
    ['task grant', 'baton-demo-server', undefined, { task_id: 'abc', outcome: 'success' }],
  );
});

test('work within a span gives back what it made', async () => {
  await send(async (telemetry) => {
    assert.equal(await telemetry.span('task', {}, async () => 7), 7);
  });
});

test('what is thrown within a span goes through, and marks it as failed', async () => {
  const { spans } = await send(async (telemetry) => {
    const work = telemetry.span('task', {}, async () => {
      throw new Error('no such grant for SG.secret');
    });
    await assert.rejects(work, /no such grant for SG\.secret/);
  });
  assert.equal(spans[0]?.failure, 'no such grant for ***');
});

test('a span can be marked as failed without a throw', async () => {
  const { spans } = await send((telemetry) =>
    telemetry.span('task', {}, async (span) => span.fail(new Error('refused'))),
  );
  assert.equal(spans[0]?.failure, 'refused');
});

test('spans, requests and logs are within the span that is open where they happen', async () => {
  const { spans, logs } = await send((telemetry) =>
    Promise.all(
      ['one', 'two'].map((name) =>
        telemetry.span(name, {}, async () => {
          await turn();
          telemetry.log({ ...entry, message: name });
          telemetry.httpObserver.onResponse?.({ ...call, status: 200, elapsedMs: 5 });
        }),
      ),
    ),
  );
  const ids = new Map(spans.map((span) => [span.name, span]));
  for (const name of ['one', 'two']) {
    const parent = ids.get(name);
    assert.ok(parent !== undefined && parent.parentId === '');
    assert.equal(logs.find((log) => log.message === name)?.spanId, parent.id);
    assert.equal(spans.filter((span) => span.parentId === parent.id && span.traceId === parent.traceId).length, 1);
  }
});

test('a request of an HTTP client is within the span that made it, though another had to end first', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { spans } = await send(async (telemetry) => {
    await using client = clientOf(server.url, { concurrency: 1 }, { observer: telemetry.httpObserver });
    const ask = (name: string) => telemetry.span(name, {}, () => client.request(thing({ route: `/${name}` })));
    await Promise.all([ask('one'), ask('two'), ask('three')]);
  });
  for (const name of ['one', 'two', 'three']) {
    const parent = spans.find((span) => span.name === name);
    const request = spans.find((span) => span.name === `GET /${name}`);
    assert.ok(parent !== undefined && request?.parentId === parent.id);
  }
});

test('a request is named by its route and took as long as it took', async () => {
  const { spans } = await send((telemetry) =>
    telemetry.httpObserver.onResponse?.({ ...call, status: 404, elapsedMs: 40 }),
  );
  const [span] = spans;
  assert.deepEqual([span?.name, span?.failure], ['GET /v3/teammates/{username}', 'status 404']);
  assert.equal(span?.facts['http.response.status_code'], 404);
  assert.ok(span !== undefined && Math.abs(span.durationMs - 40) < 20, String(span?.durationMs));
});

test('a request without an answer says what kind of failure it was', async () => {
  const { spans } = await send((telemetry) =>
    telemetry.httpObserver.onNoAnswer?.({ ...call, code: Code.Unavailable, elapsedMs: 1 }),
  );
  assert.equal(spans[0]?.failure, 'Unavailable');
});

test('each step of a sync is a span with the rows so far', async () => {
  const { spans } = await send((telemetry) => {
    const steps = telemetry.syncSteps();
    steps.update(snapshot('resources', 1));
    steps.update(snapshot('resources', 5));
    steps.update(snapshot('grants', 5));
    steps.end();
  });
  const told = spans.map(({ name, facts }) => [name, facts['resources']]);
  assert.deepEqual(told, [
    ['sync resources', 5],
    ['sync grants', 5],
  ]);
});

test('a log line arrives with its level, its fields and its place in the code', async () => {
  const { logs } = await send((telemetry) => telemetry.log(entry));
  const told = logs.map(({ service, level, message, facts }) => ({ service, level, message, facts }));
  assert.deepEqual(told, [
    { service: 'baton-demo-server', level: 'info', message: 'hello', facts: { count: 2, caller: 'a/b.ts:1' } },
  ]);
});

describe('each kind can be turned off alone', () => {
  const both = async (telemetry: Telemetry): Promise<void> => {
    await telemetry.span('task', {}, async () => telemetry.log(entry));
  };
  for (const [which, expected] of [
    ['traces', [0, 1]],
    ['logs', [1, 0]],
  ] as const) {
    test(which, async () => {
      const { spans, logs } = await send(both, { [which]: false });
      assert.deepEqual([spans.length, logs.length], expected);
    });
  }
});

describe('a collector that', () => {
  function hearing(): Logger & { readonly heard: string[] } {
    const heard: string[] = [];
    const hear = (message: string): void => void heard.push(message);
    return { heard, debug: hear, info: hear, warn: hear, error: hear };
  }

  test('is down disturbs nothing, and one warning says so', async () => {
    const collector = await startCollector();
    await collector[Symbol.asyncDispose]();
    const logger = hearing();
    const telemetry = openTelemetry({ collector: collectorAt(collector.address), program, logger, hide });
    assert.equal(await telemetry.span('task', {}, async () => 7), 7);
    telemetry.log(entry);
    await telemetry.close();
    assert.deepEqual(logger.heard, [
      `Telemetry does not reach the collector at ${collector.address}; the work goes on without it`,
    ]);
  });

  test('never answers delays the end by no more than its limit', async () => {
    await using collector = await startCollector({ answers: false });
    const options = {
      collector: collectorAt(collector.address),
      program,
      logger: silentLogger,
      hide,
      closeTimeoutMs: 30,
    };
    const telemetry = openTelemetry(options);
    telemetry.log(entry);
    const startedMs = performance.now();
    await telemetry.close();
    assert.ok(performance.now() - startedMs < 2000);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { observeWith, requestLog } from './observe-with.ts';
import { type HttpObserver, RequestCounter } from './observer.ts';

const call = { method: 'GET', route: '/v3/things/{id}' } as const;

test('each of several observers is told', () => {
  const [one, other] = [new RequestCounter(), new RequestCounter()];
  const waits: number[] = [];
  const both = observeWith(one, other, { onWait: ({ waitMs }) => waits.push(waitMs) });
  both.onRequest(call);
  both.onResponse({ ...call, status: 200, elapsedMs: 1 });
  both.onWait({ ...call, reason: 'retry', waitMs: 7 });
  assert.deepEqual([one.total, other.total, other.byStatus.get(200), waits], [1, 1, 1, [7]]);
});

test('the log of requests names routes, never paths', () => {
  const lines: unknown[] = [];
  const log: HttpObserver = requestLog({ debug: (message, fields) => lines.push([message, fields]) });
  log.onResponse?.({ ...call, status: 404, elapsedMs: 12.4 });
  log.onNoAnswer?.({ ...call, code: Code.Unavailable, elapsedMs: 3 });
  assert.deepEqual(lines, [
    ['GET /v3/things/{id} answered 404', { elapsed_ms: 12 }],
    ['GET /v3/things/{id} had no answer: Unavailable', { elapsed_ms: 3 }],
  ]);
});

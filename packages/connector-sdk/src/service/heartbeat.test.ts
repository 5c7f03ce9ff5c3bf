import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { silentLogger } from '../logger.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';

interface Answer {
  readonly seconds?: number;
  readonly cancelled?: boolean;
}

/** Answers heartbeats one after the other: a string is an error; the last answer is given for ever. */
function beating(answers: readonly (Answer | string)[], outer = new AbortController()) {
  const waitsMs: number[] = [];
  let calls = 0;
  const transport = createRouterTransport(({ service }) => {
    service(BatonService, {
      heartbeat() {
        const answer = answers[Math.min(calls, answers.length - 1)];
        calls += 1;
        if (typeof answer === 'string') throw new ConnectError(answer, Code.Unavailable);
        const { seconds, cancelled = false } = answer ?? {};
        return { cancelled, ...(seconds !== undefined && { nextHeartbeat: { seconds: BigInt(seconds), nanos: 0 } }) };
      },
    });
  });
  /** Every wait is over at once, up to so many. */
  const clock = (mostWaits: number) => ({
    nowMs: () => 0,
    wallMs: () => 0,
    sleep: async (ms: number, signal: AbortSignal) => {
      await turnOfLoop();
      signal.throwIfAborted();
      waitsMs.push(ms);
      if (waitsMs.length <= mostWaits) return;
      const stopped = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => stopped.reject(signal.reason));
      await stopped.promise;
    },
  });
  return {
    waitsMs,
    calls: () => calls,
    start: (t: TestContext, mostWaits = Number.POSITIVE_INFINITY) => {
      const started = startHeartbeat({
        client: createClient(BatonService, transport),
        hostId: 'host',
        taskId: 'task',
        clock: clock(mostWaits),
        logger: silentLogger,
        signal: outer.signal,
      });
      t.after(async () => (await started.catch(() => undefined))?.stop());
      return started;
    },
  };
}

async function aborted(heartbeat: Heartbeat | undefined): Promise<unknown> {
  assert.ok(heartbeat);
  const { signal } = heartbeat;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return signal.reason;
}

test('the first heartbeat is answered before anything else; a task that is cancelled then is not begun', async (t) => {
  const server = beating([{ cancelled: true }]);
  assert.equal(await server.start(t), undefined);
  assert.equal(server.calls(), 1);
});

test('a first heartbeat that fails is an error', async (t) => {
  await assert.rejects(beating(['not now']).start(t), { name: 'BatonError', code: 14 });
});

for (const [seconds, waitMs] of [
  [undefined, 30_000],
  [0, 30_000],
  [7, 7_000],
  [3_600, 300_000],
] as const) {
  test(`when the server says ${seconds ?? 'nothing of'} s, the next heartbeat comes after ${waitMs} ms`, async (t) => {
    const server = beating([seconds === undefined ? {} : { seconds }]);
    await server.start(t, 2);
    while (server.waitsMs.length < 3) await turnOfLoop();
    assert.deepEqual(server.waitsMs, [waitMs, waitMs, waitMs]);
  });
}

test('the server cancels a task by a heartbeat', async (t) => {
  const heartbeat = await beating([{}, {}, { cancelled: true }]).start(t);
  const reason = await aborted(heartbeat);
  assert.ok(reason instanceof Error && reason.message === 'task was cancelled');
  assert.equal(heartbeat?.isCancelled, true);
});

test('after 9 failures in a row the task ends, and it was not cancelled', async (t) => {
  const server = beating([{}, 'gone']);
  const heartbeat = await server.start(t);
  const reason = await aborted(heartbeat);
  assert.ok(reason instanceof Error && /9 times in a row/.test(reason.message));
  assert.equal(server.calls(), 10);
  assert.equal(heartbeat?.isCancelled, false);
});

test('a success in between begins the count anew', async (t) => {
  const gone = Array.from({ length: 8 }, () => 'gone');
  const server = beating([{}, ...gone, {}, ...gone, { cancelled: true }]);
  const heartbeat = await server.start(t);
  await aborted(heartbeat);
  assert.equal(heartbeat?.isCancelled, true);
});

test('when the service stops, the task does too', async (t) => {
  const outer = new AbortController();
  const heartbeat = await beating([{}], outer).start(t, 0);
  outer.abort(new Error('stopping'));
  assert.equal(await aborted(heartbeat), outer.signal.reason);
});

test('no heartbeat comes after the task has ended', async (t) => {
  const server = beating([{}]);
  const heartbeat = await server.start(t, 1);
  await heartbeat?.stop();
  const calls = server.calls();
  await turnOfLoop();
  assert.equal(server.calls(), calls);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { type BatonService, type Task, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { VirtualClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { TaskLoop, type TaskLoopOptions } from './task-loop.ts';
import { clientOf } from './testing/in-process.ts';

const task = (id: string): Task => create(TaskSchema, { id, taskType: { case: 'actionListSchemas', value: {} } });
const seconds = (count: number) => durationFromMs(count * 1000);

interface Bench {
  readonly clock: VirtualClock;
  /** When each poll began, in seconds. */
  readonly polls: number[];
  readonly ran: string[];
}

/** Runs a loop against that server until `polls` polls were made; time passes by itself. */
async function runLoop(
  server: Partial<ServiceImpl<typeof BatonService>>,
  polls: number,
  changes: Partial<TaskLoopOptions> = {},
): Promise<Bench> {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const bench: Bench = { clock, polls: [], ran: [] };
  const count = (): void => {
    bench.polls.push(clock.nowMs() / 1000);
    if (bench.polls.length >= polls) stop.abort();
  };
  const loop = new TaskLoop({
    client: clientOf(server, count),
    hostId: 'host-1',
    host: 'C1',
    concurrency: 3,
    several: false,
    run: async ({ id }) => {
      bench.ran.push(id);
    },
    isHeldUp: () => false,
    clock,
    logger: silentLogger,
    ...changes,
  });
  await clock.run(loop.run(stop.signal));
  return bench;
}

test('the server says when to ask again, up to five minutes', async () => {
  const waits = [seconds(7), seconds(3600), seconds(2)];
  const { polls } = await runLoop({ getTask: () => ({ nextPoll: waits.shift() ?? seconds(1) }) }, 4);
  assert.deepEqual(polls, [0, 7, 307, 309]);
});

test('a server that says "at once", or nothing, and has no task is asked once a second', async () => {
  const answers = [
    { nextPoll: seconds(0) },
    {},
    { task: create(TaskSchema, { taskType: { case: 'none', value: {} } }) },
  ];
  const { polls } = await runLoop({ getTask: () => answers.shift() ?? {} }, 5);
  assert.deepEqual(polls, [0, 1, 2, 3, 4]);
});

test('a server that hands out tasks without a wait is asked 20 times a second at most', async () => {
  let count = 0;
  const { polls, ran } = await runLoop({ getTask: () => ({ task: task(`t${(count += 1)}`) }) }, 5);
  assert.deepEqual(polls, [0, 0.05, 0.1, 0.15, 0.2]);
  assert.equal(ran.length, 4);
});

test('failures are followed by longer and longer waits, up to a minute, until one call succeeds', async () => {
  let count = 0;
  const { polls } = await runLoop(
    {
      getTask: () => {
        count += 1;
        if (count === 10) return { nextPoll: seconds(1) };
        throw new ConnectError('come back later', Code.Unavailable);
      },
    },
    12,
  );
  const waits = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  assert.deepEqual(waits, [1, 4, 9, 16, 25, 36, 49, 60, 60, 1, 1]);
});

test('with every slot busy nothing is asked for; stopped then, tasks that wait for a slot are given back', async () => {
  let polls = 0;
  const started: string[] = [];
  const stop = new AbortController();
  const clock = new VirtualClock();
  const loop = new TaskLoop({
    client: clientOf({
      getTasks: () => {
        polls += 1;
        return { tasks: ['a', 'b', 'c'].map(task) };
      },
    }),
    hostId: 'host-1',
    host: 'C1',
    concurrency: 2,
    several: true,
    run: ({ id }) => {
      started.push(id);
      return new Promise(() => {});
    },
    isHeldUp: () => false,
    // No wait is ever longer than a turn: were anything asked for, it would be asked for at once.
    clock: Object.assign(clock, { sleep: async () => {} }),
    logger: silentLogger,
  });
  const left = loop.run(stop.signal);
  for (let turn = 0; turn < 50; turn += 1) await turnOfLoop();
  assert.deepEqual([polls, started], [1, ['a', 'b']]);
  stop.abort();
  assert.deepEqual(
    (await left).map(({ id }) => id),
    ['c'],
  );
});

test('a task that is being worked on already is not begun a second time', async () => {
  const ran: string[] = [];
  await runLoop({ getTask: () => ({ task: task('same'), nextPoll: seconds(1) }) }, 3, {
    run: ({ id }) => {
      ran.push(id);
      return new Promise(() => {});
    },
  });
  assert.deepEqual(ran, ['same']);
});

test('GetTasks tells what is known and asks for no more than twice what can run', async () => {
  const requests: unknown[] = [];
  await runLoop(
    {
      getTasks: ({ pageSize, knownTaskIds }) => {
        requests.push([pageSize, knownTaskIds]);
        return { tasks: requests.length === 1 ? [task('a'), task('b')] : [], nextPoll: seconds(1) };
      },
    },
    2,
    { several: true, run: () => new Promise(() => {}) },
  );
  assert.deepEqual(requests, [
    [6, []],
    [4, ['a', 'b']],
  ]);
});

test('GetTasks never asks for more than a hundred', async () => {
  const sizes: number[] = [];
  await runLoop({ getTasks: ({ pageSize }) => ({ tasks: [], ...(sizes.push(pageSize) && {}) }) }, 1, {
    several: true,
    concurrency: 100,
  });
  assert.deepEqual(sizes, [100]);
});

for (const several of [true, false]) {
  test(`a server that cannot do ${several ? 'GetTasks' : 'GetTask'} is asked by the other call`, async () => {
    const can = several
      ? { getTask: () => ({ nextPoll: seconds(2) }) }
      : { getTasks: () => ({ tasks: [], nextPoll: seconds(2) }) };
    const { polls } = await runLoop(can, 3, { several });
    assert.deepEqual(polls, [0, 1, 3]);
  });
}

test('while results wait for the server, no new work is begun', async () => {
  let held = 5;
  const { polls } = await runLoop({ getTask: () => ({}) }, 1, { isHeldUp: () => (held -= 1) > 0 });
  assert.deepEqual(polls, [4]);
});

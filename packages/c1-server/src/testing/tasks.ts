import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { C1Limits } from '../limits.ts';
import type { TaskPayload } from '../queue/task-queue.ts';
import type { C1Store } from '../store/store.ts';
import { FakeClock } from './fake-clock.ts';
import { startWorld, type World } from './harness.ts';

export const list: TaskPayload = { case: 'actionListSchemas', value: {} };
export const sync: TaskPayload = { case: 'syncFull', value: {} };
/** One of those that are handed out once. */
export const invoke: TaskPayload = { case: 'actionInvoke', value: { name: 'reset' } };

const DAY_MS = 86_400_000;

/** A world whose time is the test's, with tokens that last as long as it. */
export async function startAt(
  t: TestContext,
  store: C1Store,
  clock = new FakeClock(),
  limits: Partial<C1Limits> = {},
): Promise<World> {
  return await startWorld(t, { store, clock, limits: { tokenLifetimeMs: DAY_MS, ...limits } });
}

/** The task that a poll of this host gets. */
export async function idOf(world: World, hostId = 'host-1'): Promise<string | undefined> {
  return (await world.client.getTask({ hostId })).task?.id;
}

export async function stateOf(world: World, id: string): Promise<string> {
  return (await world.server.task(id)).state;
}

/** What happens in the background is looked for again and again, for two seconds at most. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!(await check())) {
    if (performance.now() > deadline) assert.fail('it did not happen within two seconds');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { type LeaseOptions, withLease } from './leases.ts';
import type { Store } from './store.ts';

/** A clock that stands still until it is moved; who sleeps wakes when his time has come. */
function handClock(): Clock & { move(ms: number): void; isAsleepFor(ms: number): boolean } {
  let now = 1_000;
  const sleepers = new Set<{ ms: number; atMs: number; wake: () => void }>();
  return {
    now: () => now,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { ms, atMs: now + ms, wake: resolve };
      sleepers.add(sleeper);
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      return promise.finally(() => sleepers.delete(sleeper));
    },
    isAsleepFor: (ms) => [...sleepers].some((sleeper) => sleeper.ms === ms),
    move(ms) {
      now += ms;
      for (const { atMs, wake } of sleepers) if (atMs <= now) wake();
    },
  };
}

describeOnStores('a lease', (open, { dialect }) => {
  const options = (store: Store, clock: Clock): LeaseOptions => ({
    store,
    clock,
    name: 'schedule',
    holder: 'test',
    ttlMs: 900,
  });
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await setImmediate();
  };
  const untilMs = async (store: Store): Promise<number | undefined> =>
    (await store.db.selectFrom('leases').select('until_ms').executeTakeFirst())?.until_ms;

  test('lets one work at a time, and the next one afterwards', async (t) => {
    const store = await open(t);
    const lease = options(store, handClock());
    const inside = await withLease(lease, () => withLease(lease, async () => 'second'));
    assert.deepEqual(inside, { held: true, result: { held: false } });
    assert.deepEqual(await withLease(lease, async () => 'later'), { held: true, result: 'later' });
  });

  test('ends with work that fails', async (t) => {
    const lease = options(await open(t), handClock());
    await assert.rejects(
      withLease(lease, async () => {
        throw new Error('failed');
      }),
      /failed/,
    );
    assert.equal((await withLease(lease, async () => 1)).held, true);
  });

  test('of a process that died goes on to another one when its time is over', async (t) => {
    const store = await open(t);
    const clock = handClock();
    await store.db.insertInto('leases').values({ name: 'schedule', holder: 'dead', until_ms: 1_500 }).execute();
    assert.equal((await withLease(options(store, clock), async () => 1)).held, false);
    clock.move(500);
    assert.equal((await withLease(options(store, clock), async () => 1)).held, true);
  });

  test('is renewed while the work lasts', async (t) => {
    const store = await open(t);
    const clock = handClock();
    const outcome = await withLease(options(store, clock), async (lost) => {
      for (const expected of [2_200, 2_500, 2_800]) {
        await until(() => clock.isAsleepFor(300));
        clock.move(300);
        await until(async () => (await untilMs(store)) === expected);
      }
      return lost.aborted;
    });
    assert.deepEqual(outcome, { held: true, result: false });
  });

  test('that another process took is noticed', async (t) => {
    const store = await open(t);
    const clock = handClock();
    const outcome = await withLease(options(store, clock), async (lost) => {
      await store.db.updateTable('leases').set({ holder: 'other', until_ms: 99_000 }).execute();
      await until(() => {
        clock.move(100);
        return lost.aborted;
      });
      return String(lost.reason);
    });
    assert.match(JSON.stringify(outcome), /schedule went to another process/);
    assert.equal(await untilMs(store), 99_000);
  });

  test('is given up when the database does not answer until it is over', {
    skip: dialect === 'sqlite' && 'it answers when the transaction ends',
  }, async (t) => {
    const store = await open(t);
    const clock = handClock();
    const outcome = await withLease(options(store, clock), (lost) =>
      store.transaction(async (trx) => {
        await trx.updateTable('leases').set({ until_ms: 1 }).execute();
        clock.move(300);
        await setImmediate();
        clock.move(600);
        await until(() => lost.aborted);
        return 'stopped';
      }),
    );
    assert.deepEqual(outcome, { held: true, result: 'stopped' });
  });

  test('is kept when a transaction lasts longer than it on SQLite', {
    skip: dialect === 'postgres' && 'its transactions do not hold up others',
  }, async (t) => {
    const store = await open(t);
    const clock = handClock();
    const outcome = await withLease(options(store, clock), async (lost) => {
      await store.transaction(async () => {
        clock.move(300);
        await setImmediate();
        clock.move(2_000);
      });
      await until(async () => (await untilMs(store)) !== 1_900);
      return lost.aborted;
    });
    assert.deepEqual(outcome, { held: true, result: false });
  });
});

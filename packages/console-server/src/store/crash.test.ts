import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { seededRandom, testSeed } from '@baton-ts/protocol/testing/random-numbers';
import { describeOnStores } from '../testing/with-stores.ts';
import { openStore, type StorePlace } from './open-store.ts';
import type { Store } from './store.ts';

const KILLS = 20;
const PAIRS_PER_PROCESS = 100_000;
const clock = { now: () => 1, sleep: async () => {} };
const seed = testSeed();

function startWriter(place: StorePlace, first: number, last: number): ChildProcess {
  const child = fork(new URL('../testing/writer-process.ts', import.meta.url), [], {
    execArgv: ['--conditions=x-source', '--disable-warning=ExperimentalWarning'],
  });
  child.send({ ...place, first, last });
  return child;
}

/** Numbers of the pairs of which one row is there, and of those of which both are. */
async function pairs(store: Store): Promise<{ half: number[]; whole: Set<number> }> {
  const rows = await store.db
    .selectFrom('settings')
    .select(({ fn }) => ['updated_ms as number', fn.countAll<number>().as('rows')])
    .groupBy('updated_ms')
    .execute();
  return {
    half: rows.filter((row) => row.rows !== 2).map((row) => row.number),
    whole: new Set(rows.map((row) => row.number)),
  };
}

describeOnStores('processes that write', (_, kind) => {
  test(`${KILLS} kills in the middle of writing lose nothing and leave nothing half (seed ${seed})`, async (t) => {
    const place = await kind.freshPlace(t);
    const acknowledged: number[] = [];
    const random = seededRandom(seed);
    for (let round = 0; round < KILLS; round += 1) {
      const first = round * PAIRS_PER_PROCESS + 1;
      const child = startWriter(place, first, first + PAIRS_PER_PROCESS - 1);
      child.on('message', (message) => {
        if (typeof message === 'number') acknowledged.push(message);
      });
      await once(child, 'message');
      await setTimeout(random() * 25);
      child.kill('SIGKILL');
      // Closed, not only ended: what it had said before has been read.
      await once(child, 'close');
    }
    const store = await openStore({ ...place, clock });
    t.after(() => store.close());
    const { half, whole } = await pairs(store);
    assert.ok(acknowledged.length > 0);
    assert.deepEqual(half, []);
    assert.deepEqual(
      acknowledged.filter((number) => !whole.has(number)),
      [],
    );
  });

  test('two processes that start at once on an empty place both work', async (t) => {
    const place = await kind.emptyPlace(t);
    const children = [startWriter(place, 1, 20), startWriter(place, 101, 120)];
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0]));
    assert.deepEqual(codes, [0, 0]);
    const store = await openStore({ ...place, clock });
    t.after(() => store.close());
    const { half, whole } = await pairs(store);
    assert.deepEqual(half, []);
    assert.equal(whole.size, 40);
  });
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { startWorld } from './testing/world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const INES = 'ines@marlowe.example';

describeOnStores('when a person left', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson(INES);
    const leftMs = async () => {
      const { left_ms } = await world.store.db.selectFrom('people').select('left_ms').executeTakeFirstOrThrow();
      return left_ms;
    };
    return { ...world, ines, leftMs };
  };

  test('is not known on the first visit, however long it is', async (t) => {
    const { ines, clock, leftMs } = await start(t);
    for (let minute = 0; minute < 90; minute += 15) {
      clock.advance(15 * minuteMs);
      await ines.get('/api/v1/session');
    }
    assert.equal(await leftMs(), null);
  });

  test('is the last request before an hour without any, and stays so for the whole visit', async (t) => {
    const { ines, clock, leftMs } = await start(t);
    clock.advance(10 * minuteMs);
    await ines.get('/api/v1/session');
    const left = clock.now();
    for (const pause of [2 * hourMs, 30 * minuteMs, 59 * minuteMs]) {
      clock.advance(pause);
      await ines.get('/api/v1/session');
      assert.equal(await leftMs(), left);
    }
  });

  test('is kept over a new sign-in', async (t) => {
    const { browser, clock, leftMs } = await start(t);
    const left = clock.now();
    clock.advance(15 * hourMs);
    assert.equal((await browser().signIn(INES)).status, 200);
    assert.equal(await leftMs(), left);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';

const INES = 'ines@marlowe.example';

describeOnStores('failed sign-ins', (open) => {
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    await world.firstPerson(INES);
    const fail = (email: string) => world.browser().signIn(email, 'not the password');
    return { ...world, fail };
  };

  test('are slowed down for one address, with the time to come back', async (t) => {
    const { fail } = await start(t);
    for (let n = 0; n < 5; n += 1) assert.equal((await fail(INES)).status, 401);
    const { status, headers, textAt } = await fail(INES);
    assert.equal(status, 429);
    assert.equal(headers.get('retry-after'), '2');
    assert.match(
      textAt('message'),
      /^Too many sign-ins have failed\. Try again in 2 seconds, at \d\d:\d\d:\d\d UTC\.$/,
    );
  });

  test('are slowed down for an address that nobody has in the same way', async (t) => {
    const { fail } = await start(t);
    for (let n = 0; n < 5; n += 1) assert.equal((await fail('eve@example.com')).status, 401);
    assert.equal((await fail('EVE@example.com')).status, 429);
  });

  test('make the right password wait as well', async (t) => {
    const { fail, browser, clock } = await start(t);
    for (let n = 0; n < 5; n += 1) await fail(INES);
    assert.equal((await browser().signIn(INES)).status, 429);
    clock.advance(2_000);
    assert.equal((await browser().signIn(INES)).status, 200);
  });

  test('wait longer each time', async (t) => {
    const { fail, clock } = await start(t);
    for (let n = 0; n < 4; n += 1) await fail(INES);
    const waits: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      await fail(INES);
      const wait = Number((await fail(INES)).headers.get('retry-after'));
      waits.push(wait);
      clock.advance(wait * 1000);
    }
    assert.deepEqual(waits, [2, 4, 8, 16]);
  });

  test('are forgotten after a success', async (t) => {
    const { fail, browser } = await start(t);
    for (let n = 0; n < 4; n += 1) await fail(INES);
    assert.equal((await browser().signIn(INES)).status, 200);
    for (let n = 0; n < 5; n += 1) assert.equal((await fail(INES)).status, 401);
  });

  test('are counted together when they come all at once', async (t) => {
    const { fail } = await start(t);
    const answers = await Promise.all(Array.from({ length: 12 }, () => fail(INES)));
    assert.equal(answers.filter(({ status }) => status === 401).length, 5);
    assert.equal(answers.filter(({ status }) => status === 429).length, 7);
  });

  test('for many addresses are slowed down by the network that they come from', async (t) => {
    const { fail } = await start(t);
    for (let n = 0; n < 21; n += 1) assert.equal((await fail(`guess${n}@example.com`)).status, 401, `guess ${n}`);
    assert.equal((await fail('guess21@example.com')).status, 429);
  });

  test('of a network are not forgotten because one of its people signs in', async (t) => {
    const { fail, browser } = await start(t);
    for (let n = 0; n < 20; n += 1) {
      await fail(`guess${n}@example.com`);
      if (n % 5 === 0) assert.equal((await browser().signIn(INES)).status, 200);
    }
    assert.equal((await fail('guess20@example.com')).status, 401);
    assert.equal((await fail('guess21@example.com')).status, 429);
  });

  test('are not counted when somebody signs in at the first try, however many do', async (t) => {
    const { browser } = await start(t);
    for (let n = 0; n < 25; n += 1) assert.equal((await browser().signIn(INES)).status, 200);
  });

  test('are known to every process', async (t) => {
    const { fail, store, clock } = await start(t);
    for (let n = 0; n < 5; n += 1) await fail(INES);
    const other = await startWorld(t, store, { clock });
    assert.equal((await other.browser().signIn(INES)).status, 429);
  });
});

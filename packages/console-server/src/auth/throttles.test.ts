import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startWorld } from '../people/testing/world.ts';
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
      /^Too many sign-ins have failed\. Try again in 2 seconds, at \d\d:\d\d:\d\d UTC, or in a browser/,
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
    const { fail, store, clock, box } = await start(t);
    for (let n = 0; n < 5; n += 1) await fail(INES);
    const other = await startWorld(t, store, { clock, box });
    assert.equal((await other.browser().signIn(INES)).status, 429);
  });
});

describeOnStores('a browser in which somebody has signed in before', (open) => {
  const OMAR = 'omar@marlowe.example';
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson(INES);
    await ines.delete('/api/v1/session');
    const attack = async () => {
      for (let n = 0; n < 5; n += 1) await world.browser().signIn(INES, 'not the password');
      assert.equal((await world.browser().signIn(INES)).status, 429);
    };
    return { ...world, ines, attack };
  };

  test('lets them in while strangers fail at their address', async (t) => {
    const { ines, attack } = await start(t);
    await attack();
    assert.equal((await ines.signIn(INES)).status, 200);
  });

  test('slows guessing down as well, and only there', async (t) => {
    const { ines, browser, clock } = await start(t);
    const second = browser();
    await second.signIn(INES);
    await second.delete('/api/v1/session');
    for (let n = 0; n < 5; n += 1) assert.equal((await ines.signIn(INES, 'not the password')).status, 401);
    assert.equal((await ines.signIn(INES)).headers.get('retry-after'), '2');
    assert.equal((await second.signIn(INES)).status, 200);
    assert.equal((await browser().signIn(INES)).status, 200);
    clock.advance(2_000);
    assert.equal((await ines.signIn(INES)).status, 200);
  });

  test('is no way to the account of somebody else', async (t) => {
    const { ines, person, attack } = await start(t);
    await ines.signIn(INES);
    const omar = await person(ines, OMAR);
    await attack();
    assert.equal((await omar.signIn(INES)).status, 429);
  });

  test('is a stranger again when the password was changed elsewhere, not where it was changed', async (t) => {
    const { ines, browser, attack, clock } = await start(t);
    const thief = browser();
    await thief.signIn(INES);
    await ines.signIn(INES);
    clock.advance(1_000);
    const newPassword = 'seven green bottles hang';
    await ines.post('/api/v1/session/password', { currentPassword: PASSWORD, newPassword });
    await attack();
    assert.equal((await thief.signIn(INES, newPassword)).status, 429);
    assert.equal((await ines.signIn(INES, newPassword)).status, 200);
  });

  test('is forgotten after half a year', async (t) => {
    const { ines, attack, clock } = await start(t);
    clock.advance(180 * 24 * 3_600_000);
    await attack();
    assert.equal((await ines.signIn(INES)).status, 429);
  });

  test('is known by a mark that nobody can make or read', async (t) => {
    const { ines, browser, attack } = await start(t);
    const mark = ines.cookies.get('__Host-console-device') ?? '';
    const id = (await ines.signIn(INES)).textAt('user', 'id');
    const [, , , ciphertext = ''] = mark.split('.');
    for (const part of mark.split('.')) {
      assert.ok(!Buffer.from(part, 'base64url').toString('latin1').includes(id));
    }
    await attack();
    for (const forged of [
      `${mark}x`,
      mark.replace(
        ciphertext,
        Buffer.from(JSON.stringify({ personId: id, device: 'x', madeMs: Date.now() })).toString('base64url'),
      ),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ personId: id })).toString('base64url')}.`,
      'x'.repeat(3_000),
    ]) {
      const eve = browser();
      eve.cookies.set('__Host-console-device', forged);
      assert.equal((await eve.signIn(INES)).status, 429);
    }
  });

  test('does not ask a person who is signed in and changes the password to wait for strangers', async (t) => {
    const { ines, attack } = await start(t);
    await ines.signIn(INES);
    await attack();
    const change = { currentPassword: PASSWORD, newPassword: 'seven green bottles hang' };
    assert.equal((await ines.post('/api/v1/session/password', change)).status, 200);
  });
});

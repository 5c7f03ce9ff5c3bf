import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startWorld, type World } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';

const HOUR_MS = 60 * 60_000;
const INES = 'ines@marlowe.example';
const OMAR = 'omar.haddad@marlowe.example';

const isIn = async (browser: ReturnType<World['browser']>): Promise<boolean> =>
  (await browser.get('/api/v1/session')).status === 200;

describeOnStores('signing in', (open) => {
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    return { ...world, ines: await world.firstPerson(INES) };
  };

  test('works with the e-mail address in any case', async (t) => {
    const { browser } = await start(t);
    const somewhere = browser();
    const answer = await somewhere.signIn('INES@Marlowe.example');
    assert.equal(answer.status, 200);
    assert.equal(answer.at('user', 'email'), INES);
    assert.equal(await isIn(somewhere), true);
  });

  test('tells a wrong password and an unknown address in the same words', async (t) => {
    const { browser } = await start(t);
    const answers = [await browser().signIn(INES, 'not the password'), await browser().signIn('eve@example.com')];
    for (const { status, at } of answers) {
      assert.deepEqual([status, at('message')], [401, 'The e-mail address or the password is wrong.']);
    }
  });

  test('looks at a password for an unknown address as long as for a known one', async (t) => {
    const world = await startWorld(t, await open(t), { passwordCost: { logN: 14, r: 8, p: 1 } });
    await world.firstPerson(INES);
    // Of the processor, whatever else the machine does: the hash is most of it.
    const spent = async (email: string): Promise<number> => {
      const before = process.cpuUsage();
      await world.browser().signIn(email, 'not the password');
      return process.cpuUsage(before).user;
    };
    const spentOnKnown: number[] = [];
    const spentOnUnknown: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      spentOnKnown.push(await spent(INES));
      spentOnUnknown.push(await spent('eve@example.com'));
    }
    const [known, unknown] = [Math.min(...spentOnKnown), Math.min(...spentOnUnknown)];
    assert.ok(unknown > known / 2, `${unknown} µs for an unknown address, ${known} µs for a known one`);
  });

  test('leaves a cookie that scripts and other sites do not get, of which only the hash is kept', async (t) => {
    const { browser, store } = await start(t);
    const somewhere = browser();
    const { headers } = await somewhere.signIn(INES);
    const [cookie = ''] = headers.getSetCookie();
    assert.match(cookie, /^__Host-console=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const rows = JSON.stringify(await store.db.selectFrom('sessions').selectAll().execute());
    assert.equal(rows.includes(somewhere.cookies.get('__Host-console') ?? 'none'), false);
  });

  test('makes a new session whatever cookie the browser had before', async (t) => {
    const { browser } = await start(t);
    const victim = browser();
    const planted = 'A'.repeat(43);
    victim.cookies.set('__Host-console', planted);
    await victim.signIn(INES);
    assert.notEqual(victim.cookies.get('__Host-console'), planted);
    const attacker = browser();
    attacker.cookies.set('__Host-console', planted);
    assert.equal(await isIn(attacker), false);
  });

  test('ends the session that the browser had', async (t) => {
    const { ines, browser } = await start(t);
    const before = browser();
    before.cookies.set('__Host-console', ines.cookies.get('__Host-console') ?? '');
    assert.equal(await isIn(before), true);
    await ines.signIn(INES);
    assert.equal(await isIn(ines), true);
    assert.equal(await isIn(before), false);
  });

  test('a made-up cookie opens nothing', async (t) => {
    const { browser } = await start(t);
    for (const value of ['A'.repeat(43), 'undefined', "' or 1=1 --", 'A'.repeat(5000)]) {
      const eve = browser();
      eve.cookies.set('__Host-console', value);
      assert.equal(await isIn(eve), false);
    }
  });

  test('a session ends after twelve hours without a request', async (t) => {
    const { ines, clock } = await start(t);
    clock.advance(11 * HOUR_MS);
    assert.equal(await isIn(ines), true);
    clock.advance(11 * HOUR_MS);
    assert.equal(await isIn(ines), true);
    clock.advance(12 * HOUR_MS);
    assert.equal(await isIn(ines), false);
  });

  test('a session ends after seven days in any case', async (t) => {
    const { ines, clock } = await start(t);
    for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
      clock.advance(8 * HOUR_MS);
      assert.equal(await isIn(ines), true);
    }
    clock.advance(8 * HOUR_MS);
    assert.equal(await isIn(ines), false);
  });

  test('signing out ends the session, also for who has copied the cookie', async (t) => {
    const { ines, browser } = await start(t);
    const thief = browser();
    thief.cookies.set('__Host-console', ines.cookies.get('__Host-console') ?? '');
    assert.equal((await ines.delete('/api/v1/session')).status, 200);
    assert.equal(ines.cookies.has('__Host-console'), false);
    assert.equal(await isIn(thief), false);
  });

  test('signing out everywhere ends every session of the person, and nobody else', async (t) => {
    const { ines, browser, person } = await start(t);
    const omar = await person(ines, OMAR);
    const [laptop, telephone] = [browser(), browser()];
    await laptop.signIn(INES);
    await telephone.signIn(INES);
    assert.equal((await laptop.delete('/api/v1/sessions')).at('ended'), 3);
    for (const each of [ines, laptop, telephone]) assert.equal(await isIn(each), false);
    assert.equal(await isIn(omar), true);
  });

  test('a disabled person is out at once and stays out, in the words of a wrong password', async (t) => {
    const { ines, person, browser } = await start(t);
    const omar = await person(ines, OMAR);
    const id = (await omar.get('/api/v1/session')).textAt('user', 'id');
    assert.equal((await ines.post(`/api/v1/users/${id}/disable`)).status, 200);
    assert.equal(await isIn(omar), false);
    const again = await browser().signIn(OMAR);
    assert.deepEqual([again.status, again.at('message')], [401, 'The e-mail address or the password is wrong.']);
    await ines.post(`/api/v1/users/${id}/enable`);
    assert.equal(await isIn(omar), false);
    assert.equal((await browser().signIn(OMAR)).status, 200);
  });

  test('somebody without a password cannot sign in with an empty one', async (t) => {
    const { ines, browser } = await start(t);
    await ines.post('/api/v1/users', { email: OMAR, displayName: 'Omar Haddad' });
    for (const password of ['', ' ', 'null']) assert.equal((await browser().signIn(OMAR, password)).status, 401);
  });

  test('is written down with who and from where, and a refusal without what was typed', async (t) => {
    const { browser, log, store } = await start(t);
    await browser().signIn(INES, 'not the password');
    await browser().signIn('my secret typed in the wrong field', 'x');
    await browser().signIn(INES);
    assert.deepEqual((await log()).slice(-3), [
      'Not signed in: session.refused Ines Castellanos',
      'Not signed in: session.refused',
      'Ines Castellanos: session.opened Ines Castellanos',
    ]);
    const everything = JSON.stringify([
      await store.db.selectFrom('audit_log').selectAll().execute(),
      await store.db.selectFrom('throttles').selectAll().execute(),
      await store.db.selectFrom('sessions').selectAll().execute(),
    ]);
    for (const secret of [PASSWORD, 'not the password', 'my secret']) assert.equal(everything.includes(secret), false);
  });

  test('renews a hash that was made with another cost', async (t) => {
    const { browser, store, box } = await start(t);
    const hashes = async () =>
      (await store.db.selectFrom('passwords').select('hash').execute()).map(({ hash }) => hash);
    await browser().signIn(INES);
    const [before = ''] = await hashes();
    const dearer = await startWorld(t, store, { box, passwordCost: { logN: 5, r: 8, p: 1 } });
    assert.equal((await dearer.browser().signIn(INES)).status, 200);
    const [after = ''] = await hashes();
    assert.match(before, /^scrypt\$4\$/);
    assert.match(after, /^scrypt\$5\$/);
    assert.equal((await dearer.browser().signIn(INES)).status, 200);
  });
});

describeOnStores('a change of the password', (open) => {
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    return { ...world, ines: await world.firstPerson(INES) };
  };
  const change = { currentPassword: PASSWORD, newPassword: 'seven green bottles hang' };

  test('needs the current one, ends the other sessions and keeps this one', async (t) => {
    const { ines, browser, log } = await start(t);
    const thief = browser();
    await thief.signIn(INES);
    const wrong = await ines.post('/api/v1/session/password', { ...change, currentPassword: 'not the password' });
    assert.deepEqual([wrong.status, wrong.at('message')], [400, 'The current password is wrong.']);
    assert.equal((await ines.post('/api/v1/session/password', change)).status, 200);
    assert.equal(await isIn(ines), true);
    assert.equal(await isIn(thief), false);
    assert.equal((await browser().signIn(INES)).status, 401);
    assert.equal((await browser().signIn(INES, change.newPassword)).status, 200);
    assert.ok((await log()).includes('Ines Castellanos: person.password_changed Ines Castellanos'));
  });

  test('is slowed down like a sign-in, so that an open session is no way to guess', async (t) => {
    const { ines } = await start(t);
    const guess = () => ines.post('/api/v1/session/password', { ...change, currentPassword: 'a guess' });
    for (let n = 0; n < 5; n += 1) assert.equal((await guess()).status, 400);
    assert.equal((await guess()).status, 429);
  });
});

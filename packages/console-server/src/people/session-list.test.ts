import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { type Answer, startWorld } from './testing/world.ts';

const OMAR = 'omar.haddad@marlowe.example';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

describeOnStores('where people are signed in', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const omar = await world.person(ines, OMAR);
    /** Another browser in which Omar signs in. */
    const elsewhere = async (userAgent: string) => {
      const browser = world.browser();
      const body = { email: OMAR, password: 'four brown horses run' };
      assert.equal((await browser.post('/api/v1/session', body, { 'user-agent': userAgent })).status, 200);
      return browser;
    };
    const omarsId = (await omar.get('/api/v1/session')).textAt('user', 'id');
    return { ...world, ines, omar, omarsId, elsewhere };
  };
  const devices = (answer: Answer): unknown[] => {
    const list = answer.at('list');
    return Array.isArray(list) ? list.map((_, n) => answer.at('list', n, 'device')) : [];
  };

  test('a person sees each browser: its name, its address, when, and which one this is', async (t) => {
    const { omar, elsewhere, clock } = await start(t);
    clock.advance(5 * 60_000);
    await elsewhere(PHONE);
    clock.advance(5 * 60_000);
    const firefox = await elsewhere(FIREFOX);
    const answer = await firefox.get('/api/v1/sessions');
    assert.deepEqual(devices(answer), ['Firefox on Linux', 'Safari on iPhone', '']);
    assert.deepEqual(
      [answer.at('list', 0, 'isCurrent'), answer.at('list', 1, 'isCurrent'), answer.at('list', 0, 'ip')],
      [true, false, '127.0.0.1'],
    );
    const [first, second] = [answer.textAt('list', 0, 'signedInAt'), answer.textAt('list', 1, 'signedInAt')];
    assert.equal(Date.parse(first) - Date.parse(second), 5 * 60_000);
    assert.equal((await omar.get('/api/v1/sessions')).at('list', 0, 'device'), '');
  });

  test('the answer has nothing that opens a session', async (t) => {
    const { omar } = await start(t);
    const { text } = await omar.get('/api/v1/sessions');
    for (const value of omar.cookies.values()) assert.ok(!text.includes(value));
    assert.ok(!text.includes(omar.csrfToken));
  });

  test('whoever has no password here is told so, and is not asked for one', async (t) => {
    const { store, omar, omarsId } = await start(t);
    assert.equal((await omar.get('/api/v1/session')).at('hasPassword'), true);
    await store.db.deleteFrom('passwords').where('person_id', '=', omarsId).execute();
    assert.equal((await omar.get('/api/v1/session')).at('hasPassword'), false);
  });

  test('one that is over is not shown', async (t) => {
    const { elsewhere, clock } = await start(t);
    await elsewhere(PHONE);
    clock.advance(12 * 60 * 60_000);
    const firefox = await elsewhere(FIREFOX);
    assert.deepEqual(devices(await firefox.get('/api/v1/sessions')), ['Firefox on Linux']);
  });

  test('a person ends one of their own, and nobody else’s', async (t) => {
    const { ines, omar, elsewhere, log } = await start(t);
    const phone = await elsewhere(PHONE);
    const id = (await phone.get('/api/v1/sessions')).textAt('list', 0, 'id');
    assert.equal((await ines.delete(`/api/v1/sessions/${id}`)).status, 404);
    assert.equal((await phone.get('/api/v1/session')).status, 200);
    assert.equal((await omar.delete(`/api/v1/sessions/${id}`)).status, 200);
    assert.equal((await phone.get('/api/v1/session')).status, 401);
    assert.equal((await omar.delete(`/api/v1/sessions/${id}`)).status, 404);
    assert.equal((await omar.get('/api/v1/session')).status, 200);
    assert.equal((await log()).at(-1), 'Omar Haddad: session.other_ended');
  });

  test('a person ends all others at once and stays signed in here', async (t) => {
    const { ines, omar, elsewhere } = await start(t);
    const others = [await elsewhere(PHONE), await elsewhere(FIREFOX)];
    assert.equal((await omar.post('/api/v1/sessions/end_others')).at('ended'), 2);
    for (const other of others) assert.equal((await other.get('/api/v1/session')).status, 401);
    for (const browser of [omar, ines]) assert.equal((await browser.get('/api/v1/session')).status, 200);
  });

  test('whoever manages people signs one out everywhere; others may not even look', async (t) => {
    const { ines, omar, omarsId, elsewhere, person, log } = await start(t);
    const auditor = await person(ines, 'zoe.ota@marlowe.example', ['READ_ONLY_ADMINISTRATOR']);
    const phone = await elsewhere(PHONE);
    const path = `/api/v1/users/${omarsId}/sessions`;
    for (const browser of [omar, auditor]) {
      assert.equal((await browser.get(path)).status, 403);
      assert.equal((await browser.delete(path)).status, 403);
    }
    const seen = await ines.get(path);
    assert.equal(devices(seen).length, 2);
    assert.equal(seen.at('list', 0, 'isCurrent'), false);
    assert.equal((await ines.delete(path)).at('ended'), 2);
    for (const browser of [omar, phone]) assert.equal((await browser.get('/api/v1/session')).status, 401);
    assert.equal((await auditor.get('/api/v1/session')).status, 200);
    assert.equal((await log()).at(-1), 'Ines Castellanos: person.signed_out Omar Haddad');
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, PUBLIC_URL, startWorld } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';

const DAY_MS = 24 * 60 * 60_000;
const first = { email: 'Ines@Marlowe.Example', displayName: 'Ines Castellanos', password: PASSWORD };

describeOnStores('the first start', (open) => {
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    const newToken = async (): Promise<string> =>
      new URL((await world.services.firstStart.newLink()) ?? '').hash.slice(1);
    return { ...world, newToken };
  };

  test('the link makes the Super Administrator, who is signed in', async (t) => {
    const { browser, newToken, log } = await start(t);
    const token = await newToken();
    assert.match(token, /^[\w-]{43}$/);
    const ines = browser();
    assert.equal((await ines.post('/api/v1/setup/check', { token })).at('valid'), true);
    const answer = await ines.post('/api/v1/setup', { ...first, token });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.at('user', 'roles'), ['SUPER_ADMINISTRATOR']);
    assert.equal(answer.at('user', 'email'), 'ines@marlowe.example');
    assert.equal(answer.at('user', 'origin'), 'SETUP');
    const session = await ines.get('/api/v1/session');
    assert.equal(session.at('user', 'displayName'), 'Ines Castellanos');
    assert.equal(session.at('instanceName'), 'Marlowe Goods');
    assert.deepEqual(await log(), [
      'Ines Castellanos: person.created Ines Castellanos',
      'Ines Castellanos: session.opened Ines Castellanos',
    ]);
  });

  test('the link leads to the page for it, with the token where no server sees it', async (t) => {
    const { services } = await start(t);
    const link = new URL((await services.firstStart.newLink()) ?? '');
    assert.deepEqual([link.origin, link.pathname, link.search], [PUBLIC_URL.origin, '/setup', '']);
  });

  test('the database knows only the hash of the link', async (t) => {
    const { store, newToken } = await start(t);
    const token = await newToken();
    const rows = await store.db.selectFrom('one_time_links').selectAll().execute();
    assert.equal(rows.length, 1);
    assert.equal(JSON.stringify(rows).includes(token), false);
  });

  test('the link works once', async (t) => {
    const { browser, newToken } = await start(t);
    const token = await newToken();
    await browser().post('/api/v1/setup', { ...first, token });
    const second = await browser().post('/api/v1/setup', { ...first, email: 'eve@example.com', token });
    assert.equal(second.status, 412);
    assert.match(second.textAt('message'), /does not work any more/);
  });

  test('of two people with the link at the same moment one comes in', async (t) => {
    const { browser, newToken, store } = await start(t);
    const token = await newToken();
    const answers = await Promise.all(
      ['a@marlowe.example', 'b@marlowe.example'].map((email) =>
        browser().post('/api/v1/setup', { ...first, email, token }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).sort((one, other) => one - other),
      [200, 412],
    );
    assert.equal((await store.db.selectFrom('people').selectAll().execute()).length, 1);
  });

  test('a new start makes a new link, and the old one ends', async (t) => {
    const { browser, newToken } = await start(t);
    const old = await newToken();
    const token = await newToken();
    assert.equal((await browser().post('/api/v1/setup/check', { token: old })).at('valid'), false);
    assert.equal((await browser().post('/api/v1/setup/check', { token })).at('valid'), true);
  });

  test('the link ends after a day', async (t) => {
    const { browser, newToken, clock } = await start(t);
    const token = await newToken();
    clock.advance(DAY_MS);
    assert.equal((await browser().post('/api/v1/setup/check', { token })).at('valid'), false);
    assert.equal((await browser().post('/api/v1/setup', { ...first, token })).status, 412);
  });

  test('there is no link once there is somebody', async (t) => {
    const { services, firstPerson, browser } = await start(t);
    assert.equal((await browser().get('/api/v1/sign-in-options')).at('setupNeeded'), true);
    await firstPerson();
    assert.equal(await services.firstStart.newLink(), undefined);
    assert.equal((await browser().get('/api/v1/sign-in-options')).at('setupNeeded'), false);
  });

  test('a guessed link opens nothing', async (t) => {
    const { browser, newToken } = await start(t);
    await newToken();
    for (const token of ['', 'A'.repeat(43)]) {
      assert.equal((await browser().post('/api/v1/setup', { ...first, token })).status, 412);
    }
  });

  test('the first person cannot choose a weak password, and the link stays good', async (t) => {
    const { browser, newToken } = await start(t);
    const token = await newToken();
    const weak = await browser().post('/api/v1/setup', { ...first, token, password: 'passwordpassword' });
    assert.equal(weak.status, 400);
    assert.match(weak.textAt('message'), /first that are tried/);
    assert.equal((await browser().post('/api/v1/setup', { ...first, token })).status, 200);
  });
});

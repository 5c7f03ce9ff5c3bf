import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type EndpointName, type Role, role } from '@baton-ts/console-api';
import type { Browser } from '../people/testing/world.ts';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { audiences } from './testing/audiences.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const names = Object.keys(audiences) as EndpointName[];
const changes = names.filter((name) => !name.startsWith('GET '));
/** These end the session with which the others are tried. */
const endings: readonly EndpointName[] = ['DELETE /api/v1/session', 'DELETE /api/v1/sessions'];
const walked = names.filter((name) => !endings.includes(name));

/** An id that nothing has in each place, and no more in the body than there has to be. */
function ask(browser: Browser, name: EndpointName, headers: Readonly<Record<string, string>> = {}) {
  const [method = '', template = ''] = name.split(' ');
  const path = template.replaceAll(/\{\w+\}/g, '2abcdefghijklmnopqrstuvwxyz');
  return browser.call(method, path, method === 'GET' ? undefined : {}, headers);
}

/** The endpoints that answer with one of the codes. */
async function answeredWith(
  browser: Browser,
  asked: readonly EndpointName[],
  codes: readonly number[],
  headers?: Readonly<Record<string, string>>,
): Promise<EndpointName[]> {
  const found: EndpointName[] = [];
  for (const name of asked) {
    const { status } = await ask(browser, name, headers);
    if (codes.includes(status)) found.push(name);
  }
  return found;
}

const mayNot = (who: Role): EndpointName[] =>
  walked.filter((name) => {
    const audience = audiences[name];
    return typeof audience !== 'string' && !audience.includes(who);
  });

// Who may do what is decided before the database is asked: one kind of it is enough here.
async function start(t: TestContext) {
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  return await startWholeConsole(t, store);
}

describe('every route', () => {
  test('without a session only those for anybody are open', async (t) => {
    const { anonymous } = await start(t);
    const closed = names.filter((name) => audiences[name] !== 'anybody');
    assert.deepEqual(await answeredWith(anonymous(), closed, [401]), closed);
  });

  for (const one of role.options) {
    test(`a ${one} gets in where the sheet says so, and nowhere else`, async (t) => {
      const { person, signedIn } = await start(t);
      const browser = await signedIn(await person('omar', one));
      assert.deepEqual(await answeredWith(browser, walked, [401, 403]), mayNot(one));
    });
  }

  test('a person without any role has what is open to everybody who is signed in', async (t) => {
    const { person, signedIn } = await start(t);
    const browser = await signedIn(await person('omar'));
    assert.deepEqual(await answeredWith(browser, walked, [401, 403]), mayNot('BASIC_USER'));
  });

  test('a disabled person, an ended session and one that was not used for long open nothing', async (t) => {
    const { store, clock, person, signedIn } = await start(t);
    const closed = walked.filter((name) => audiences[name] !== 'anybody');
    const disabled = await person('disabled', 'SUPER_ADMINISTRATOR');
    const ended = await person('ended', 'SUPER_ADMINISTRATOR');
    const idle = await person('idle', 'SUPER_ADMINISTRATOR');
    const browsers = [await signedIn(disabled), await signedIn(ended), await signedIn(idle)];
    await store.db.updateTable('people').set({ status: 'DISABLED' }).where('id', '=', disabled.id).execute();
    const cookie = browsers[1]?.cookieHeader ?? '';
    await browsers[1]?.delete('/api/v1/session');
    browsers[1]?.keep(cookie);
    clock.forward(12 * 3_600_000 + 1);
    for (const browser of browsers) assert.deepEqual(await answeredWith(browser, closed, [401]), closed);
  });

  test('no change is made without the token of the session, or from a page of another origin', async (t) => {
    const { person, signedIn } = await start(t);
    const browser = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    assert.deepEqual(await answeredWith(browser, changes, [403], foreign), changes);
    assert.deepEqual(await answeredWith(browser, changes, [403], { 'x-csrf-token': 'another' }), changes);
    assert.equal((await browser.get('/api/v1/session')).status, 200);
  });

  test('an answer of every route has the security headers, whatever it says', async (t) => {
    const { anonymous, person, signedIn } = await start(t);
    const admin = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    for (const browser of [anonymous(), admin]) {
      for (const name of walked) {
        const { headers } = await ask(browser, name);
        assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'none'/, name);
        assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
        assert.equal(headers.get('x-frame-options'), 'DENY', name);
        assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d{8}/, name);
        assert.match(headers.get('cache-control') ?? '', /no-store/, name);
      }
    }
  });
});

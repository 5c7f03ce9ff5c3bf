import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { startWholeConsole } from './testing/whole-console.ts';

/** After this a session is noted as used. */
const LATER_MS = 30 * 60_000;

describeOnStores('while a sync is written', (open, { dialect }) => {
  test('people read on', async (t) => {
    const store = await open(t);
    const console = await startWholeConsole(t, store);
    const browser = await console.signedIn(await console.person('ines', 'SUPER_ADMINISTRATOR'));
    console.clock.forward(LATER_MS);
    await store.whileWritersWait(async () => {
      assert.equal((await browser.get('/api/v1/settings/organization')).status, 200);
    });
  });

  test('who signs in or saves is told to try again, and may', {
    skip: dialect === 'postgres' && 'nobody waits there',
  }, async (t) => {
    const store = await open(t);
    const console = await startWholeConsole(t, store);
    const ines = await console.signedIn(await console.person('ines', 'SUPER_ADMINISTRATOR'));
    const signIn = { email: 'nobody@marlowe.example', password: PASSWORD };
    const save = { displayName: 'Marlowe Goods' };
    await store.whileWritersWait(async () => {
      const answers = await Promise.all([
        console.anonymous().post('/api/v1/session', signIn),
        ines.post('/api/v1/settings/organization', save),
      ]);
      for (const response of answers) {
        assert.equal(response.status, 503);
        assert.equal(response.headers.get('retry-after'), '15');
        assert.match(response.text, /writing a large sync.*Try again in a minute/);
      }
    });
    assert.equal((await ines.post('/api/v1/settings/organization', save)).status, 200);
  });
});

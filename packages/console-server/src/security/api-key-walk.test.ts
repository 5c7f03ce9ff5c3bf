import assert from 'node:assert/strict';
import { test } from 'node:test';
import { role } from '@baton-ts/console-api';
import { describeOnStores } from '../testing/with-stores.ts';
import { apiKeyToken } from './testing/api-key-token.ts';
import { audiences } from './testing/audiences.ts';
import { addressOf } from './testing/route-address.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const names = Object.keys(audiences);

describeOnStores('an API key', (open) => {
  test('may on every route what the roles of its owner may, and nothing once the owner is disabled', async (t) => {
    const { routes, store, url, person, signedIn, anonymous } = await startWholeConsole(t, await open(t));
    assert.deepEqual(Object.keys(routes).sort(), names.toSorted());
    for (const one of role.options) {
      const owner = await person(one.toLowerCase(), one);
      const browser = await signedIn(owner);
      const token = await apiKeyToken(browser, url);
      const ask = (name: string) => {
        const { method, path } = addressOf(name);
        const body = method === 'GET' ? undefined : {};
        return anonymous().call(method, path, body, { authorization: `Bearer ${token}` });
      };
      for (const [name, audience] of Object.entries(audiences)) {
        const { status, text } = await ask(name);
        const isRefused = status === 403 && text.includes('Your roles do not allow this');
        assert.equal(isRefused, typeof audience !== 'string' && !audience.includes(one), `${one} ${name}: ${text}`);
      }
      await store.db.updateTable('people').set({ status: 'DISABLED' }).where('id', '=', owner.id).execute();
      for (const name of names) assert.equal((await ask(name)).status, 401, `${one} ${name}`);
    }
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { asActor, startAppWorld } from './testing/app-world.ts';
import { newActor } from './testing/synced-app.ts';

describeOnStores('the search for one’s own accounts', (open) => {
  test('finds those of whoever asks, in apps of others as well, and no one else’s', async (t) => {
    const { store, routes, app, other, owner } = await startAppWorld(await open(t));
    const noor = await newActor(store, 'Noor', ['BASIC_USER']);
    await app.account('Wren Hale', { owner_id: noor.id });
    await app.account('Wren Gone', { owner_id: noor.id, removed_ms: 1 });
    await app.account('Wren Pugh');
    await other.account('Wren Chen', { owner_id: owner.id });
    const search = async (actor: typeof noor) =>
      routes['GET /api/v1/search/everything'].handle(
        { query: { query: 'wren' }, params: undefined, body: undefined },
        asActor(actor),
      );
    const hers = await search(noor);
    assert.deepEqual(
      hers.ownAccounts.map(({ displayName, appDisplayName }) => [displayName, appDisplayName]),
      [['Wren Hale', 'SendGrid']],
    );
    assert.deepEqual([hers.accounts, hers.people, hers.apps], [[], [], []]);
    const his = await search(owner);
    assert.deepEqual(
      his.ownAccounts.map(({ displayName, appDisplayName }) => [displayName, appDisplayName]),
      [['Wren Chen', 'Payroll']],
    );
    assert.deepEqual(his.accounts.map(({ displayName }) => displayName).toSorted(), ['Wren Hale', 'Wren Pugh']);
  });
});

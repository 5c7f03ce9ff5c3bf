import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { rematch, rematchAccounts, rematchInSteps } from './rematch.ts';
import { Console } from './testing/company.ts';

const people = [
  { id: 'ann', email: 'ann@example.com', name: 'Ann Lee', holds: [] },
  { id: 'bo', email: 'bo@partner.com', name: 'Bo Marsh', holds: [] },
];

describeOnStores('finding owners anew', (open) => {
  test('a new person gets the account, and other rules find others; what was cleared stays', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const { store } = console;
    const appId = await console.addApp();
    await console.upload(await console.addConnector(appId), { people, scopes: [] });
    const ann = await console.addPerson('ann@example.com', 'Ann Lee');
    const bo = await console.addPerson('b.marsh@example.com', 'Bo Marsh');
    const owners = async () => {
      const rows = await store.db
        .selectFrom('accounts')
        .select(['owner_id', 'owner_source'])
        .orderBy('external_id')
        .execute();
      return rows.map((row) => [row.owner_id, row.owner_source]);
    };
    const again = () => store.transaction((trx) => rematch(trx, store.dialect, { appIds: [appId] }));

    assert.equal(await again(), 1);
    assert.deepEqual(await owners(), [
      [ann, 'EMAIL'],
      [null, 'NONE'],
    ]);

    await store.db.updateTable('apps').set({ identity_matching: 'DISPLAY_NAME' }).execute();
    await again();
    assert.deepEqual(await owners(), [
      [ann, 'EMAIL'],
      [bo, 'NAME'],
    ]);

    const matching_rules = JSON.stringify([{ accountKey: "'b.marsh@example.com'", userKey: 'user.email' }]);
    await store.db.updateTable('apps').set({ identity_matching: 'CUSTOM', matching_rules }).execute();
    await store.db
      .updateTable('accounts')
      .set({ owner_id: null, owner_source: 'CLEARED' })
      .where('external_id', '=', 'ann')
      .execute();
    await again();
    assert.deepEqual(await owners(), [
      [null, 'CLEARED'],
      [bo, 'CUSTOM'],
    ]);
    assert.equal(await again(), 0);
  });

  test('of some accounts only those are looked at', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const { store } = console;
    const appId = await console.addApp();
    await console.upload(await console.addConnector(appId), { people, scopes: [] });
    for (const { email, name } of people) await console.addPerson(email, name);
    const bo = await store.db
      .selectFrom('accounts')
      .select('id')
      .where('external_id', '=', 'bo')
      .executeTakeFirstOrThrow();
    assert.equal(await store.transaction((trx) => rematchAccounts(trx, store.dialect, appId, [bo.id])), 1);
    const owned = store.db.selectFrom('accounts').select('external_id').where('owner_id', 'is not', null);
    assert.deepEqual(await owned.execute(), [{ external_id: 'bo' }]);
  });

  test('in steps it writes only while there is something to write', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const { store } = console;
    const appId = await console.addApp();
    const crowd = Array.from({ length: 1_200 }, (_, index) => ({ id: `p${index}`, holds: [] }));
    await console.upload(await console.addConnector(appId), { people: crowd, scopes: [] });
    let transactions = 0;
    const again = () =>
      rematchInSteps(
        store,
        appId,
        (work) => {
          transactions += 1;
          return store.transaction(work);
        },
        new AbortController().signal,
      );
    await again();
    assert.equal(transactions, 0);
    const owner = await console.addPerson('p700@example.com', 'Seven Hundred');
    await again();
    await again();
    assert.equal(transactions, 1);
    const owned = await store.db
      .selectFrom('accounts')
      .select(['external_id', 'owner_id'])
      .where('owner_id', 'is not', null)
      .execute();
    assert.deepEqual(owned, [{ external_id: 'p700', owner_id: owner }]);
  });
});

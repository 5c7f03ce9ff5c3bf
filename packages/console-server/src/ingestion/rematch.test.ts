import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { rematch } from './rematch.ts';
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
});

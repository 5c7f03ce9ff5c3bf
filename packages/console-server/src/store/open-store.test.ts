import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';

describeOnStores('a store', (open) => {
  test('keeps what a transaction wrote', async (t) => {
    const store = await open(t);
    await store.transaction(async (trx) => {
      await trx.insertInto('settings').values({ name: 'a', value: '1', updated_ms: 1_790_000_000_000 }).execute();
    });
    assert.deepEqual(await store.db.selectFrom('settings').selectAll().execute(), [
      { name: 'a', value: '1', updated_ms: 1_790_000_000_000 },
    ]);
  });
});

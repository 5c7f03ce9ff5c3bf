import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { describeOnStores } from '../testing/with-stores.ts';
import { readSetting, type Setting, writeSetting } from './settings.ts';

const timezone: Setting<{ zone: string } | null> = {
  name: 'timezone',
  schema: z.object({ zone: z.string() }).nullable(),
  initial: null,
};

describeOnStores('a setting', (open) => {
  test('is what it is at first until somebody sets it', async (t) => {
    const store = await open(t);
    assert.equal(await readSetting(store.db, timezone), null);
    for (const zone of ['UTC', 'Europe/Berlin']) {
      await store.transaction((trx) => writeSetting(trx, timezone, { zone }, 5));
      assert.deepEqual(await readSetting(store.db, timezone), { zone });
    }
  });

  test('that cannot be read is said so', async (t) => {
    const store = await open(t);
    for (const value of ['{', '{"zone":1}']) {
      await store.transaction((trx) => writeSetting(trx, timezone, null, 5));
      await store.db.updateTable('settings').set({ value }).execute();
      await assert.rejects(readSetting(store.db, timezone), { code: 15, message: /setting timezone cannot be read/ });
    }
  });
});

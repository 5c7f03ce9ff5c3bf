import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { withPatience } from './patience.ts';
import type { Store } from './store.ts';

const row = (name: string) => ({ name, value: '{}', updated_ms: 1 });
const save = (store: Store, name: string) => store.db.insertInto('settings').values(row(name)).execute();
const saved = async (store: Store) =>
  (await store.db.selectFrom('settings').select('name').orderBy('name').execute()).map(({ name }) => name);
const busy = { name: 'BatonError', code: 14, message: /writing a large sync/, retryAfterMs: 15_000 };

describeOnStores('whoever writes while a sync is written', (open, { dialect }) => {
  const skip = dialect === 'postgres' && 'all may write';

  test('gives up when patience ends, and what comes later is saved', { skip }, async (t) => {
    const store = await open(t);
    await store.whileWritersWait(async () => {
      await assert.rejects(
        withPatience(20, () => save(store, 'query')),
        busy,
      );
      await assert.rejects(
        withPatience(20, () =>
          store.transaction((trx) => trx.insertInto('settings').values(row('transaction')).execute()),
        ),
        busy,
      );
    });
    await withPatience(20, () => save(store, 'later'));
    assert.deepEqual(await saved(store), ['later']);
  });

  test('waits as long as it takes without a limit, and as long as there is patience', { skip }, async (t) => {
    const store = await open(t);
    let saving: Promise<unknown>[] = [];
    await store.whileWritersWait(async () => {
      saving = [save(store, 'no limit'), withPatience(60_000, () => save(store, 'patient'))];
      await assert.rejects(
        withPatience(20, () => save(store, 'hasty')),
        busy,
      );
    });
    await Promise.all(saving);
    assert.deepEqual(await saved(store), ['no limit', 'patient']);
  });

  test('without any patience saves only if nobody writes', { skip }, async (t) => {
    const store = await open(t);
    await withPatience(0, () => save(store, 'free'));
    await store.whileWritersWait(() =>
      assert.rejects(
        withPatience(0, () => save(store, 'taken')),
        busy,
      ),
    );
    assert.deepEqual(await saved(store), ['free']);
  });

  test('reads', async (t) => {
    const store = await open(t);
    await store.whileWritersWait(() => withPatience(0, () => saved(store)));
  });
});

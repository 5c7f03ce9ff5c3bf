import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { found, searchText } from './search-text.ts';
import type { Store } from './store.ts';

describeOnStores('searching', (open) => {
  async function finds(store: Store, text: string, query: string): Promise<boolean> {
    await store.db.deleteFrom('settings').execute();
    await store.db.insertInto('settings').values({ name: text, value: '', updated_ms: 0 }).execute();
    const condition = found('settings.name', query);
    let select = store.db.selectFrom('settings').select('name');
    if (condition !== undefined) select = select.where(condition);
    return (await select.execute()).length === 1;
  }

  test('finds each word anywhere, whatever its case', async (t) => {
    const store = await open(t);
    const text = searchText('Zoë Ångström', 'zoe@example.com');
    for (const query of ['zoë', 'ÅNG', 'example ström', '  ', 'zoe@EX', 'ﬀ'.replace('ﬀ', 'om')]) {
      assert.equal(await finds(store, text, query), true, query);
    }
    for (const query of ['zoë bob', 'ångströmzoe', 'zo_', '%', '\\', `'`]) {
      assert.equal(await finds(store, text, query), false, query);
    }
  });

  test('takes signs of patterns as they are', async (t) => {
    const store = await open(t);
    const text = searchText('100% a_b c\\d');
    for (const query of ['0%', 'a_b', 'c\\d']) assert.equal(await finds(store, text, query), true, query);
    assert.equal(await finds(store, searchText('100 axb cd'), 'a_b'), false);
  });
});

test('a search text begins with the display name and has each text once', () => {
  assert.equal(searchText('Ann  Lee', 'ann@example.com', '', 'ANN@example.com'), 'ann lee\nann@example.com');
});

test('a search text has no control characters and a bounded length', () => {
  assert.equal(searchText('a\u0000b\u001b[1m'), 'a b [1m');
  const long = searchText('😀'.repeat(1_000), 'x');
  assert.ok(long.length <= 500 && long.isWellFormed());
});

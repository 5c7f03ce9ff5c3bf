import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { MOST_COUNTED, type Page, type PageOptions, readPage } from './paging.ts';
import type { Store } from './store.ts';

/** Leases stand for any list: a name that sorts, and an id. */
const row = (name: string, holder = 'h', until_ms = 0) => ({ name, holder, until_ms });
const byName = { by: 'leases.name', id: 'leases.holder', descending: false };

describeOnStores('a list in pages', (open) => {
  async function filled(t: TestContext, names: readonly string[]): Promise<Store> {
    const store = await open(t);
    if (names.length > 0)
      await store.db
        .insertInto('leases')
        .values(names.map((name) => row(name, `id ${name}`)))
        .execute();
    return store;
  }

  async function page(
    store: Store,
    pageToken = '',
    changes: Partial<PageOptions> = {},
  ): Promise<Page<{ name: string }>> {
    const query = store.db.selectFrom('leases').select('leases.name');
    return await readPage(store.db, query, {
      sorting: byName,
      request: { pageSize: 2, pageToken },
      of: '',
      ...changes,
    });
  }

  const names = ({ rows }: Page<{ name: string }>): string[] => rows.map(({ name }) => name);

  async function all(store: Store, changes: Partial<PageOptions> = {}): Promise<string[][]> {
    const pages: string[][] = [];
    for (let token = '', isFirst = true; isFirst || token !== ''; isFirst = false) {
      const read = await page(store, token, changes);
      pages.push(names(read));
      token = read.nextPageToken;
    }
    return pages;
  }

  test('every row is on one page, in order', async (t) => {
    assert.deepEqual(await all(await filled(t, ['c', 'a', 'e', 'b', 'd'])), [['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('backwards too', async (t) => {
    const store = await filled(t, ['c', 'a', 'b']);
    assert.deepEqual(await all(store, { sorting: { ...byName, descending: true } }), [['c', 'b'], ['a']]);
  });

  test('a list that fills its last page ends there', async (t) => {
    assert.deepEqual(await all(await filled(t, ['a', 'b'])), [['a', 'b']]);
  });

  test('a list of nothing is one empty page', async (t) => {
    assert.deepEqual(await page(await filled(t, [])), {
      rows: [],
      nextPageToken: '',
      totalCount: 0,
      totalIsLowerBound: false,
    });
  });

  test('rows that are the same in the order are told apart by their id', async (t) => {
    const store = await open(t);
    const sorting = { by: 'leases.until_ms', id: 'leases.name', descending: true };
    await store.db
      .insertInto('leases')
      .values(['a', 'b', 'c', 'd', 'e'].map((name) => row(name, 'h', 7)))
      .execute();
    assert.deepEqual(await all(store, { sorting }), [['e', 'd'], ['c', 'b'], ['a']]);
  });

  test('rows that come and go between two pages move no others', async (t) => {
    const store = await filled(t, ['b', 'd', 'f', 'h']);
    const first = await page(store);
    await store.db
      .insertInto('leases')
      .values([row('a'), row('e')])
      .execute();
    await store.db.deleteFrom('leases').where('name', 'in', ['b', 'd']).execute();
    const second = await page(store, first.nextPageToken);
    assert.deepEqual(names(second), ['e', 'f']);
    assert.deepEqual(names(await page(store, second.nextPageToken)), ['h']);
  });

  test('the number of rows is the same on every page', async (t) => {
    const store = await filled(t, ['a', 'b', 'c', 'd', 'e']);
    const first = await page(store);
    await store.db.deleteFrom('leases').where('name', '=', 'e').execute();
    const second = await page(store, first.nextPageToken);
    assert.deepEqual([first.totalCount, second.totalCount, first.totalIsLowerBound], [5, 5, false]);
  });

  test('a number that is known is not counted', async (t) => {
    const store = await filled(t, ['a', 'b', 'c']);
    assert.equal((await page(store, '', { total: 70 })).totalCount, 70);
  });

  test('counting ends, and says so', async (t) => {
    const store = await open(t);
    const rows = Array.from({ length: MOST_COUNTED + 1 }, (_, index) => row(`n${index}`));
    for (let from = 0; from < rows.length; from += 5_000) {
      await store.db
        .insertInto('leases')
        .values(rows.slice(from, from + 5_000))
        .execute();
    }
    const { totalCount, totalIsLowerBound } = await page(store);
    assert.deepEqual([totalCount, totalIsLowerBound], [MOST_COUNTED, true]);
    await store.db.deleteFrom('leases').where('name', '=', 'n0').execute();
    assert.equal((await page(store)).totalIsLowerBound, false);
  });

  test('counting ends where the list wants it to', async (t) => {
    const store = await filled(t, ['a', 'b', 'c', 'd', 'e']);
    const counts = async (mostCounted: number) => {
      const { totalCount, totalIsLowerBound } = await page(store, '', { mostCounted });
      return [totalCount, totalIsLowerBound];
    };
    assert.deepEqual(await counts(2), [2, true]);
    assert.deepEqual(await counts(4), [4, true]);
    assert.deepEqual(await counts(5), [5, false]);
  });

  test('rows that are put into order afterwards come in the same pages', async (t) => {
    const store = await filled(t, ['e', 'b', 'd', 'a', 'c']);
    for (const descending of [false, true]) {
      const sorting = { ...byName, descending };
      assert.deepEqual(await all(store, { sorting: { ...sorting, isOfFew: true } }), await all(store, { sorting }));
    }
  });

  test('a token of another list, or of none, is refused', async (t) => {
    const store = await filled(t, ['a', 'b', 'c']);
    const { nextPageToken } = await page(store, '', { of: { query: 'x' } });
    const refused = { name: 'BatonError', code: 3, message: /not of this list/ };
    await assert.rejects(page(store, nextPageToken, { of: { query: 'y' } }), refused);
    await assert.rejects(page(store, nextPageToken, { sorting: { ...byName, descending: true } }), refused);
    const [list] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString());
    const forged = [
      [list, { a: 1 }, 'x', 1, true],
      [list, 'a', null, 1, true],
      [list, 'a', 'b', -1, true],
      [list, 'a\0', 'b', 1, true],
    ];
    for (const token of [
      'x',
      '%',
      ...forged.map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
    ]) {
      await assert.rejects(page(store, token, { of: { query: 'x' } }), refused);
    }
  });
});

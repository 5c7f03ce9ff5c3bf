import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { describeOnStores } from '../testing/with-stores.ts';
import type { PageOptions } from './paging.ts';
import { readSieved } from './sieve.ts';
import type { Store } from './store.ts';

/** Leases stand for any list: a name that sorts, and an id. */
const byName = { by: 'leases.name', id: 'leases.holder', descending: false };

describeOnStores('a list of what is found by looking at each row', (open) => {
  async function filled(t: TestContext, rows: number): Promise<Store> {
    const store = await open(t);
    const values = Array.from({ length: rows }, (_, index) => ({
      name: `n${String(index).padStart(3, '0')}`,
      holder: `h${index}`,
      until_ms: index,
    }));
    await store.db.insertInto('leases').values(values).execute();
    return store;
  }

  async function pages(store: Store, every: number, most: number, changes: Partial<PageOptions> = {}) {
    const read = [];
    for (let pageToken = ''; ; ) {
      const page = await readSieved(
        store.db,
        {
          rows: store.db.selectFrom('leases').select(['leases.name', 'leases.until_ms']),
          looks: sql<boolean>`leases.until_ms % ${every} = 0`,
          most,
        },
        { sorting: byName, request: { pageSize: 2, pageToken }, of: '', ...changes },
      );
      read.push({ ...page, rows: page.rows.map(({ until_ms }) => until_ms) });
      if (page.nextPageToken === '') return read;
      pageToken = page.nextPageToken;
    }
  }

  test('every row that is wanted is on one page, in order, also where a page ends before it is full', async (t) => {
    const store = await filled(t, 20);
    const rows = async (most: number, sorting = byName) =>
      (await pages(store, 4, most, { sorting })).map((page) => page.rows);
    assert.deepEqual(await rows(100), [[0, 4], [8, 12], [16]]);
    assert.deepEqual(await rows(3), [[0], [4], [8], [], [12], [16], []]);
    assert.deepEqual(await rows(9), [[0, 4], [8, 12], [16]]);
    assert.deepEqual(await rows(100, { ...byName, descending: true }), [[16, 12], [8, 4], [0]]);
    assert.deepEqual((await rows(3, { ...byName, descending: true })).flat(), [16, 12, 8, 4, 0]);
  });

  test('the count is the least while not every row was looked at', async (t) => {
    const store = await filled(t, 20);
    const counts = async (most: number) => {
      const [first] = await pages(store, 4, most);
      return [first?.totalCount, first?.totalIsLowerBound];
    };
    assert.deepEqual(await counts(100), [5, false]);
    assert.deepEqual(await counts(21), [5, false]);
    assert.deepEqual(await counts(9), [3, true]);
    assert.deepEqual(await counts(3), [1, true]);
  });

  test('all pages say the count of the first one', async (t) => {
    const read = await pages(await filled(t, 20), 4, 9);
    assert.deepEqual(
      read.map(({ totalCount }) => totalCount),
      read.map(() => 3),
    );
  });

  test('a token of another list is refused', async (t) => {
    const store = await filled(t, 20);
    const [first] = await pages(store, 4, 3);
    const request = { pageSize: 2, pageToken: first?.nextPageToken ?? '' };
    await assert.rejects(pages(store, 4, 3, { request, of: 'another' }), { code: 3 });
  });
});

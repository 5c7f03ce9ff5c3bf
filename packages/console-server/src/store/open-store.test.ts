import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { describeOnStores } from '../testing/with-stores.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

const setting = (name: string, value = '1') => ({ name, value, updated_ms: 1_790_000_000_000 });

async function names(store: Store): Promise<string[]> {
  const rows = await store.db.selectFrom('settings').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

describeOnStores('a store', (open) => {
  test('keeps what a transaction wrote', async (t) => {
    const store = await open(t);
    await store.transaction((trx) => trx.insertInto('settings').values(setting('a')).execute());
    assert.deepEqual(await store.db.selectFrom('settings').selectAll().execute(), [setting('a')]);
  });

  test('keeps nothing of a transaction that failed', async (t) => {
    const store = await open(t);
    const failing = store.transaction(async (trx) => {
      await trx.insertInto('settings').values(setting('a')).execute();
      throw new Error('changed my mind');
    });
    await assert.rejects(failing, /changed my mind/);
    assert.deepEqual(await names(store), []);
  });

  test('goes on after a statement failed inside a transaction', async (t) => {
    const store = await open(t);
    await store.db.insertInto('settings').values(setting('a')).execute();
    const failing = store.transaction((trx) => trx.insertInto('settings').values(setting('a')).execute());
    await assert.rejects(failing);
    await store.transaction((trx) => trx.insertInto('settings').values(setting('b')).execute());
    assert.deepEqual(await names(store), ['a', 'b']);
  });

  test('shows others nothing of a transaction before it ends', async (t) => {
    const store = await open(t);
    await store.transaction(async (trx) => {
      await trx.insertInto('settings').values(setting('a')).execute();
      assert.equal((await trx.selectFrom('settings').selectAll().execute()).length, 1);
      assert.deepEqual(await names(store), []);
    });
    assert.deepEqual(await names(store), ['a']);
  });

  test('refuses a transaction inside another one', async (t) => {
    const store = await open(t);
    const nested = store.transaction(() => store.transaction(async () => 1));
    await assert.rejects(nested, { name: 'BatonError', message: /inside another one/ });
    assert.equal(await store.transaction(async () => 2), 2);
  });

  test('counts of forty writers at once add up', async (t) => {
    const store = await open(t);
    await store.db.insertInto('settings').values(setting('count', '0')).execute();
    const increment = (trx: Transaction<Tables>) =>
      sql`update settings set value = cast(cast(value as integer) + 1 as text) where name = 'count'`.execute(trx);
    await Promise.all(Array.from({ length: 40 }, () => store.transaction(increment)));
    assert.deepEqual(await store.db.selectFrom('settings').select('value').execute(), [{ value: '40' }]);
  });

  test('lets one transaction at a time have a lock', async (t) => {
    const store = await open(t);
    let inside = 0;
    const numbers = await Promise.all(
      Array.from({ length: 10 }, () =>
        store.transaction(async (trx) => {
          await store.lock(trx, 'numbers');
          inside += 1;
          assert.equal(inside, 1);
          const { last } = await trx
            .selectFrom('audit_log')
            .select(({ fn }) => fn.coalesce(fn.max('seq'), sql<number>`0`).as('last'))
            .executeTakeFirstOrThrow();
          await trx
            .insertInto('audit_log')
            .values(auditRow(last + 1))
            .execute();
          inside -= 1;
          return last + 1;
        }),
      ),
    );
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });

  test('sorts texts by their bytes', async (t) => {
    const store = await open(t);
    for (const name of ['b', 'B', 'a', 'Z', 'é', '_']) {
      await store.db.insertInto('settings').values(setting(name)).execute();
    }
    assert.deepEqual(await names(store), ['B', 'Z', '_', 'a', 'b', 'é']);
  });

  test('answers with plain numbers and objects', async (t) => {
    const store = await open(t);
    const row = { name: 'a', holder: 'b', until_ms: Number.MAX_SAFE_INTEGER, address: null };
    await store.db.insertInto('leases').values(row).execute();
    assert.deepEqual(await store.db.selectFrom('leases').selectAll().execute(), [row]);
    const sums = store.db
      .selectFrom('leases')
      .select(({ fn }) => [fn.countAll().as('n'), fn.sum('until_ms').as('sum')]);
    assert.deepEqual(await sums.execute(), [{ n: 1, sum: Number.MAX_SAFE_INTEGER }]);
  });

  test('says how many rows were changed, and gives back what was asked for', async (t) => {
    const store = await open(t);
    const log = { connector_id: 'c', at_ms: 1, level: 'info', message: 'm' } as const;
    const made = await store.db.insertInto('connector_log').values([log, log]).returning('seq').execute();
    assert.equal(made.length, 2);
    const { numUpdatedRows } = await store.db.updateTable('connector_log').set({ at_ms: 2 }).executeTakeFirstOrThrow();
    assert.equal(numUpdatedRows, 2n);
  });

  test('lets timers and requests have their turn during a long transaction', async (t) => {
    const store = await open(t);
    let turns = 0;
    let isDone = false;
    const transaction = store.transaction(async (trx) => {
      const endMs = performance.now() + 60;
      while (performance.now() < endMs) await trx.selectFrom('settings').selectAll().execute();
      isDone = true;
    });
    while (!isDone) {
      await setImmediate();
      turns += 1;
    }
    await transaction;
    assert.ok(turns > 2, `${turns} turns`);
  });

  test('waits for the transaction that runs when it closes', async (t) => {
    const store = await open(t);
    const running = new EventTarget();
    const transaction = store.transaction(async (trx) => {
      running.dispatchEvent(new Event('begun'));
      await setImmediate();
      await trx.insertInto('settings').values(setting('a')).execute();
    });
    await once(running, 'begun');
    await Promise.all([store.close(), transaction]);
    await assert.rejects(names(store));
  });
});

function auditRow(seq: number): Tables['audit_log'] {
  return {
    seq,
    at_ms: 1,
    actor_kind: 'SYSTEM',
    actor_id: '',
    actor_name: '',
    action: 'test.done',
    target_kind: null,
    target_id: null,
    target_name: null,
    before: '{}',
    after: '{}',
    request_id: '',
    ip: '',
    previous_hash: '',
    hash: '',
  };
}

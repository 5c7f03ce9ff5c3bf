import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sql } from 'kysely';
import { describeOnStores } from '../../testing/with-stores.ts';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { SCHEMA_VERSION } from './migrate.ts';

const at = (now: number) => ({ clock: { now: () => now, sleep: async () => {} } });

async function versions(store: Store): Promise<unknown[]> {
  const rows = await sql`select version, applied_ms from schema_versions order by version`.execute(store.db);
  return rows.rows;
}

/** Column by column, with a question mark for those that may be null. */
async function columns(store: Store): Promise<Record<string, string[]>> {
  const tables = await store.db.introspection.getTables();
  // How SQLite searches is its own affair.
  const own = tables.filter(({ name }) => name !== 'schema_versions' && !name.startsWith('search_'));
  return Object.fromEntries(
    own.map((table) => [table.name, table.columns.map((it) => `${it.name}${it.isNullable ? '?' : ''}`).sort()]),
  );
}

/** What `tables.ts` says, in the same form. */
function described(): Record<string, string[]> {
  const text = readFileSync(new URL('../tables.ts', import.meta.url), 'utf8').replaceAll(/\/\*\*[^]*?\*\//g, '');
  const read = (body: string): string[] =>
    [...body.matchAll(/(\w+): ([^;]+);/g)].map(([, name, type]) => `${name}${/\bnull$/.test(type ?? '') ? '?' : ''}`);
  const seen = read(/interface SeenInSyncs \{([^}]*)\}/.exec(text)?.[1] ?? '');
  const tables = [...text.matchAll(/^ {2}(\w+): (SeenInSyncs & )?\{([^}]*)\}/gm)];
  return Object.fromEntries(
    tables.map(([, name = '', shared, body = '']) => [
      name,
      [...read(`${body.trim()};`), ...(shared ? seen : [])].sort(),
    ]),
  );
}

describeOnStores('migrations', (_, kind) => {
  test('make every table with the columns that the program knows', async (t) => {
    const store = await openStore({ ...(await kind.emptyPlace(t)), ...at(1) });
    t.after(() => store.close());
    assert.deepEqual(await columns(store), described());
  });

  test('are done once', async (t) => {
    const place = await kind.emptyPlace(t);
    for (const now of [7, 8]) {
      const store = await openStore({ ...place, ...at(now) });
      assert.deepEqual(
        await versions(store),
        Array.from({ length: SCHEMA_VERSION }, (_, index) => ({ version: index + 1, applied_ms: 7 })),
      );
      await store.close();
    }
  });

  test('refuse a database of a newer program and leave it alone', async (t) => {
    const place = await kind.freshPlace(t);
    const store = await openStore({ ...place, ...at(1) });
    await sql`insert into schema_versions (version, applied_ms) values (99, 5)`.execute(store.db);
    await store.close();
    await assert.rejects(openStore({ ...place, ...at(1) }), { name: 'BatonError', code: 9, message: /version 99/ });
  });

  test('refuse a database that another program uses', async (t) => {
    const place = await kind.freshPlace(t);
    const store = await openStore({ ...place, ...at(1) });
    await store.db.schema.dropTable('schema_versions').execute();
    await store.close();
    await assert.rejects(openStore({ ...place, ...at(1) }), { code: 9, message: /tables of another program/ });
  });

  test('two starts at once leave one set of tables', async (t) => {
    const place = await kind.emptyPlace(t);
    const stores = await Promise.all([openStore({ ...place, ...at(1) }), openStore({ ...place, ...at(2) })]);
    for (const store of stores) {
      assert.equal((await versions(store)).length, SCHEMA_VERSION);
      await store.close();
    }
  });
});

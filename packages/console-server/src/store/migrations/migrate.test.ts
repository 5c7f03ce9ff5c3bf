import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sql } from 'kysely';
import { describeOnStores } from '../../testing/with-stores.ts';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { SCHEMA_VERSION } from './migrate.ts';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
const numbers = files.map((name) => Number(name.slice(0, 4)));

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
        numbers.map((version) => ({ version, applied_ms: 7 })),
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

  test('add the columns that tables made by an earlier program lack, and keep the rows', async (t) => {
    const place = await kind.freshPlace(t);
    const early = await openStore({ ...place, ...at(1) });
    const whole = await columns(early);
    await sql`insert into leases (name, holder, until_ms) values ('a', 'b', 1)`.execute(early.db);
    for (const [table, column] of [
      ['c1_credentials', 'created_by'],
      ['c1_credentials', 'last_used_ms'],
      ['connectors', 'key_rights'],
      ['leases', 'address'],
    ] as const) {
      await early.db.schema.alterTable(table).dropColumn(column).execute();
    }
    await early.db.schema.dropTable('resource_owners').execute();
    await sql`delete from schema_versions where version > 2`.execute(early.db);
    await early.close();
    const store = await openStore({ ...place, ...at(2) });
    t.after(() => store.close());
    assert.deepEqual(await columns(store), whole);
    assert.deepEqual(await store.db.selectFrom('leases').selectAll().execute(), [
      { name: 'a', holder: 'b', until_ms: 1, address: null },
    ]);
  });

  test('refuse a database with a migration between theirs that they do not know', async (t) => {
    const place = await kind.freshPlace(t);
    const store = await openStore({ ...place, ...at(1) });
    await sql`insert into schema_versions (version, applied_ms) values (0, 5)`.execute(store.db);
    await store.close();
    await assert.rejects(openStore({ ...place, ...at(1) }), { code: 9, message: /newer version of this program/ });
  });

  test('two starts at once leave one set of tables', async (t) => {
    const place = await kind.emptyPlace(t);
    const stores = await Promise.all([openStore({ ...place, ...at(1) }), openStore({ ...place, ...at(2) })]);
    for (const store of stores) {
      assert.equal((await versions(store)).length, numbers.length);
      await store.close();
    }
  });
});

/** SHA-256 of the text of each migration: a database that has had it does not get it again. */
const FROZEN: Readonly<Record<string, string>> = {
  '0001-first-tables.ts': 'b22edf025e0a5311dadad6322dffd3c4d37e06b9ece42e5fd519c37bf029396d',
  '0002-large-lists.ts': '4e42289197484d6f89b80bdfde91feb7deedf9d6c2db33d8c02f367005259c9f',
  '0003-narrowed-lists.ts': '17105563f2b7412553f6bfea28cd3d8cbc9a87213e293c11545fb645c624e243',
  '0005-what-was-missing.ts': '214a04078f72e1b0deb87e4b88307d15ed3ee1117d96fb58f5a038e75a5d62d1',
  '0007-what-people-set.ts': '14f5caeab5afa00dc9ff9236d5f6ea6869dcb865367b7c488e40f7e0cbfa230e',
  '0006-sessions-and-visits.ts': 'f3c89397c7cba8f996390364e41020fd6a932f12a2810d819a6ea44fb1fdb90d',
  '0008-applied-sync.ts': '37e9c56ed0699aa8e77aeedde14c97ad0077c33ad8d36543756af06b3dd13eb8',
};

test('a migration that was released is as it was: what is to change becomes a new one', () => {
  const hashes = files.map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n'))
      .digest('hex'),
  ]);
  assert.deepEqual(Object.fromEntries(hashes), FROZEN);
});

test('the last migration is the version of the tables', () => {
  assert.equal(SCHEMA_VERSION, Math.max(...numbers));
});

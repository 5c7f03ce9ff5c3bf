import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { sql } from 'kysely';
import { tempFolder } from '../testing/with-stores.ts';
import { DATABASE_FILE, openStore } from './open-store.ts';

const clock = { now: () => 1, sleep: async () => {} };
const setting = (name: string) => ({ name, value: '', updated_ms: 1 });

test('only its owner can read the database', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const dataDir = join(tempFolder(t), 'data');
  const store = await openStore({ dataDir, clock });
  await store.db.insertInto('settings').values(setting('a')).execute();
  assert.equal(statSync(dataDir).mode & 0o077, 0);
  for (const name of ['', '-wal', '-shm']) {
    assert.equal(statSync(join(dataDir, `${DATABASE_FILE}${name}`)).mode & 0o077, 0);
  }
  await store.close();
});

test('closing leaves one file', async (t) => {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir, clock });
  await store.close();
  assert.ok(!existsSync(join(dataDir, `${DATABASE_FILE}-wal`)));
});

test('a file that is no database is refused and left alone', async (t) => {
  const dataDir = tempFolder(t);
  const path = join(dataDir, DATABASE_FILE);
  const text = 'This is a text and no database, and it is long enough to be sure of that.'.repeat(20);
  writeFileSync(path, text);
  await assert.rejects(openStore({ dataDir, clock }), { code: 9, message: /cannot be opened/ });
  assert.equal(readFileSync(path, 'utf8'), text);
});

test('a data folder that cannot be made is named', async (t) => {
  const file = join(tempFolder(t), 'file');
  writeFileSync(file, '');
  await assert.rejects(openStore({ dataDir: join(file, 'data'), clock }), {
    code: 9,
    message: /data folder .*file\/data/,
  });
});

test('every commit is synced to the disk', async (t) => {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir, clock });
  const one = async (name: string) => {
    return await store.transaction(async (trx) => (await sql<object>`pragma ${sql.raw(name)}`.execute(trx)).rows[0]);
  };
  assert.deepEqual(await one('synchronous'), { synchronous: 2 });
  assert.deepEqual(await one('journal_mode'), { journal_mode: 'wal' });
  await store.close();
});

test('a stream goes on with what there was at its beginning, and others see what is new', async (t) => {
  const store = await openStore({ dataDir: tempFolder(t), clock });
  await store.db.insertInto('settings').values(['a', 'b', 'c'].map(setting)).execute();
  const streamed: string[] = [];
  for await (const { name } of store.db.selectFrom('settings').select('name').stream(1)) {
    streamed.push(name);
    await store.db
      .insertInto('settings')
      .values(setting(`${name} too`))
      .execute();
    const { length } = await store.db.selectFrom('settings').select('name').execute();
    assert.equal(length, 3 + streamed.length);
  }
  assert.deepEqual(streamed, ['a', 'b', 'c']);
  await store.close();
});

test('a stream that is left early lets go of its connection', async (t) => {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir, clock });
  await store.db.insertInto('settings').values(['a', 'b'].map(setting)).execute();
  for await (const row of store.db.selectFrom('settings').select('name').stream(1)) {
    assert.equal(row.name, 'a');
    break;
  }
  await store.close();
  // With a reader left over the log would still be there.
  assert.ok(!existsSync(join(dataDir, `${DATABASE_FILE}-wal`)));
});

test('what another process holds for too long is said, not waited for', async (t) => {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir, clock });
  await store.close();
  const other = new DatabaseSync(join(dataDir, DATABASE_FILE));
  other.exec('begin immediate');
  t.after(() => other.close());
  await assert.rejects(openStore({ dataDir, clock }), { code: 14, message: /Another process has been writing/ });
});

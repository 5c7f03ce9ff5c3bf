import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { tempFolder } from '../testing/harness.ts';
import { openSqliteStore } from './sqlite-store.ts';

test('what was stored is there when the file is opened again', async (t) => {
  const path = join(tempFolder(t), 'store.db');
  const first = openSqliteStore(path);
  const key = await first.tokenKey();
  await first.putConnector({ id: 'c', name: 'demo', createdAtMs: 1 });
  first.close();
  const second = openSqliteStore(path);
  t.after(() => second.close());
  assert.deepEqual(await second.tokenKey(), key);
  assert.deepEqual(await second.connectors(), [{ id: 'c', name: 'demo', createdAtMs: 1 }]);
});

test('only its owner can read the file', { skip: process.platform === 'win32' && 'Windows has no modes' }, (t) => {
  const path = join(tempFolder(t), 'store.db');
  openSqliteStore(path).close();
  assert.equal(statSync(path).mode & 0o077, 0);
});

test('a store that another server has open is refused', (t) => {
  const path = join(tempFolder(t), 'store.db');
  const first = openSqliteStore(path);
  t.after(() => first.close());
  assert.throws(() => openSqliteStore(path, { waitMs: 0 }), { code: 9, message: /no other server uses it/ });
});

test('a store of a newer version is refused and left alone', (t) => {
  const path = join(tempFolder(t), 'store.db');
  const db = new DatabaseSync(path);
  db.exec('pragma user_version = 99');
  db.close();
  assert.throws(() => openSqliteStore(path), { code: 9, message: /newer version of this program \(schema 99\)/ });
});

test('a database of another program is refused and left alone', (t) => {
  const path = join(tempFolder(t), 'other.db');
  const db = new DatabaseSync(path);
  db.exec('create table other (x)');
  db.close();
  const before = readFileSync(path);
  assert.throws(() => openSqliteStore(path), { code: 9, message: /of another program/ });
  assert.deepEqual(readFileSync(path), before);
});

test('a file that is no store is refused', (t) => {
  const path = join(tempFolder(t), 'store.db');
  writeFileSync(path, 'This is a text and no database, and it is long enough to be sure of that.');
  assert.throws(() => openSqliteStore(path), { code: 9, message: /cannot be opened/ });
});

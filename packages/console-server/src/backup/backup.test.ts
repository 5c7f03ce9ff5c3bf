import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { KEY_FILE } from '../settings/key-ring.ts';
import { openStore, type StorePlace } from '../store/open-store.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { backUp, restore } from './backup.ts';
import { MANIFEST_FILE } from './manifest.ts';

const clock = { now: () => Date.UTC(2026, 10, 24), sleep: async () => {} };
const row = (name: string) => ({ name, value: 'x'.repeat(500), updated_ms: 1 });

describeOnStores('a backup', (_, kind) => {
  async function world(t: TestContext) {
    const place = await kind.freshPlace(t);
    const store = await openStore({ ...place, clock });
    t.after(() => store.close());
    await store.db
      .insertInto('settings')
      .values([row('a'), row('b')])
      .execute();
    mkdirSync(join(place.dataDir, 'files/deep'), { recursive: true });
    writeFileSync(join(place.dataDir, 'files/deep/sync.c1z'), 'C1ZF of a sync');
    writeFileSync(join(place.dataDir, KEY_FILE), 'the key', { mode: 0o600 });
    return { place, store, folder: join(tempFolder(t), 'backup') };
  }

  async function restored(t: TestContext, place: StorePlace): Promise<string[]> {
    const store = await openStore({ ...place, clock });
    t.after(() => store.close());
    return (await store.db.selectFrom('settings').select('name').orderBy('name').execute()).map(({ name }) => name);
  }

  test('brings back the database and the files', async (t) => {
    const { place, folder } = await world(t);
    const made = await backUp(place, folder, clock);
    assert.equal(made.files, 2);
    const other = await kind.emptyPlace(t);
    assert.deepEqual(await restore(folder, other), made);
    assert.equal(readFileSync(join(other.dataDir, 'files/deep/sync.c1z'), 'utf8'), 'C1ZF of a sync');
    assert.deepEqual(await restored(t, other), ['a', 'b']);
  });

  test('is of one moment while a server writes', async (t) => {
    const { place, store, folder } = await world(t);
    let isDone = false;
    const writing = (async () => {
      for (let pair = 0; !isDone; pair += 1) {
        await store.transaction(async (trx) => {
          await trx
            .insertInto('settings')
            .values(row(`pair ${pair} one`))
            .execute();
          await trx
            .insertInto('settings')
            .values(row(`pair ${pair} two`))
            .execute();
        });
        await new Promise(setImmediate);
      }
    })();
    await backUp(place, folder, clock);
    isDone = true;
    await writing;
    const other = await kind.emptyPlace(t);
    await restore(folder, other);
    const names = await restored(t, other);
    assert.equal(names.length % 2, 0);
  });

  test('is for its owner only, and has no key in it', async (t) => {
    const { place, folder } = await world(t);
    await backUp(place, folder, clock);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(!files.some(({ name }) => name === KEY_FILE));
    if (process.platform === 'win32') return;
    assert.equal(statSync(folder).mode & 0o077, 0);
    for (const { parentPath, name } of files) {
      assert.equal(statSync(join(parentPath, name)).mode & 0o077, 0, name);
    }
  });

  test('leaves out where hosted connectors work', async (t) => {
    const { place, folder } = await world(t);
    mkdirSync(join(place.dataDir, 'hosted/c1'), { recursive: true });
    writeFileSync(join(place.dataDir, 'hosted/c1/working.db'), 'half of a sync');
    assert.equal((await backUp(place, folder, clock)).files, 2);
  });

  test('is not written over another one, nor into the data folder', async (t) => {
    const { place, folder } = await world(t);
    await backUp(place, folder, clock);
    await assert.rejects(backUp(place, folder, clock), { code: 6, message: /is there already/ });
    await assert.rejects(backUp(place, join(place.dataDir, 'backup'), clock), {
      code: 3,
      message: /inside the data folder/,
    });
  });

  test('goes beside a key that is there already, and into nothing else', async (t) => {
    const { place, folder } = await world(t);
    await backUp(place, folder, clock);
    await assert.rejects(restore(folder, place), { code: 9, message: /is not empty/ });
    const other = await kind.emptyPlace(t);
    writeFileSync(join(other.dataDir, KEY_FILE), 'the key', { mode: 0o600 });
    await restore(folder, other);
    assert.deepEqual(await restored(t, other), ['a', 'b']);
  });

  const damages: Record<string, (folder: string) => void> = {
    'changed file': (folder) => writeFileSync(join(folder, 'files/files/deep/sync.c1z'), 'C1ZF of another'),
    'longer file': (folder) => appendFileSync(join(folder, 'files/files/deep/sync.c1z'), '!'),
    'missing file': (folder) => rmSync(join(folder, 'files/files/deep/sync.c1z')),
    'changed database': (folder) => appendFileSync(join(folder, databaseOf(folder)), '!'),
    'missing database': (folder) => rmSync(join(folder, databaseOf(folder))),
    'file that is not in the list': (folder) => writeFileSync(join(folder, 'files/more'), ''),
    'missing list': (folder) => rmSync(join(folder, MANIFEST_FILE)),
    'list that is no list': (folder) => writeFileSync(join(folder, MANIFEST_FILE), '{'),
    'database that left the list': (folder) => {
      editManifest(folder, (text) => text.replace(/\{\s*"path": "database[^}]*\},?/, ''));
      rmSync(join(folder, databaseOf(folder)));
    },
    'path that leads elsewhere': (folder) =>
      editManifest(folder, (text) => text.replace('files/files/deep/sync.c1z', 'files/../../sync.c1z')),
    'newer version of the tables': (folder) =>
      editManifest(folder, (text) => text.replace(/"schemaVersion": \d+/, '"schemaVersion": 99')),
    'database of the other kind': (folder) =>
      editManifest(folder, (text) =>
        text.replace(/"database": "\w+"/, `"database": "${kind.dialect === 'sqlite' ? 'postgres' : 'sqlite'}"`),
      ),
  };
  test('is refused, and nothing is written, with any damage', async (t) => {
    const { place, folder } = await world(t);
    await backUp(place, folder, clock);
    const other = await kind.emptyPlace(t);
    for (const [name, damage] of Object.entries(damages)) {
      const copy = join(tempFolder(t), 'copy');
      cpSync(folder, copy, { recursive: true });
      damage(copy);
      await assert.rejects(restore(copy, other), { name: 'BatonError' }, name);
      assert.deepEqual(readdirSync(other.dataDir), [], name);
    }
    await restore(folder, other);
  });
});

test('of a place without a database is refused and leaves nothing', async (t) => {
  const folder = join(tempFolder(t), 'backup');
  await assert.rejects(backUp({ dataDir: tempFolder(t) }, folder, clock), { code: 9, message: /cannot be copied/ });
  assert.ok(!existsSync(folder) && !existsSync(`${folder}.partial`));
});

function databaseOf(folder: string): string {
  return existsSync(join(folder, 'database.dump')) ? 'database.dump' : 'database.sqlite';
}

function editManifest(folder: string, change: (text: string) => string): void {
  const path = join(folder, MANIFEST_FILE);
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text);
  writeFileSync(path, changed);
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { GrantSchema, ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { openC1z, openC1zReader, removeC1z } from './index.ts';
import { alter, putAccount, scratch, writeAccount } from './testing.ts';

describe('a store that is open', () => {
  test('leaves the file as it is until it is closed, and when it is discarded', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    const before = readFileSync(path);
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    putAccount(sync, 9);
    await store.finishSync(sync, { syncToken: '' });
    assert.deepEqual(readFileSync(path), before);
    await store.discard();
    assert.deepEqual(readFileSync(path), before);
  });

  test('is not saved when nothing changed', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await (await openC1z(path)).close();
    const file = await openC1zReader(path);
    assert.deepEqual(file.runs(), []);
    await file.close();
    assert.throws(() => readFileSync(path), { code: 'ENOENT' });
  });

  test('reports the packed bytes while it saves', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    putAccount(store.startSync({ syncType: 'full' }));
    let last = 0;
    await store.close({ onProgress: (packedBytes) => (last = packedBytes) });
    assert.equal(last, readFileSync(path).length);
  });

  test('refuses writes to a sync that is finished', async (t) => {
    const store = await openC1z(join(scratch(t), 'sync.c1z'));
    const sync = store.startSync({ syncType: 'full' });
    await store.finishSync(sync, { syncToken: '' });
    assert.throws(() => sync.putResourceTypes([create(ResourceTypeSchema, { id: 'user' })]), {
      message: /is finished/,
    });
    await assert.rejects(store.finishSync(sync, { syncToken: '' }), { name: 'BatonError' });
    await store.discard();
  });

  test('refuses to go on after a row that cannot be stored, and finishes nothing', async (t) => {
    const store = await openC1z(join(scratch(t), 'sync.c1z'));
    const sync = store.startSync({ syncType: 'full' });
    const lost = create(GrantSchema, { id: 'lost' });
    assert.throws(() => sync.putGrants([lost]), { message: /“lost” has no entitlement/ });
    assert.throws(() => sync.checkpoint('1'), { message: /“lost” has no entitlement/ });
    await assert.rejects(store.finishSync(sync, { syncToken: '' }), { message: /“lost” has no entitlement/ });
    await store.discard();
  });

  test('a sync that is older than 7 days is not resumed, and stays in the file', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const first = await openC1z(path);
    first.startSync({ syncType: 'full' });
    await first.close();
    alter(t, path, (db) => db.exec("update v1_sync_runs set started_at = '2020-01-01 00:00:00'"));
    await writeAccount(path);
    const store = await openC1z(path);
    assert.equal(store.resumableSync('full'), undefined);
    assert.equal(store.runs().length, 2);
    await store.discard();
  });

  test('a changed file makes a left working copy worthless', async (t) => {
    const folder = scratch(t);
    const path = join(folder, 'sync.c1z');
    const other = join(folder, 'other.c1z');
    await writeAccount(other, 7);
    await writeAccount(path, 1);
    const store = await openC1z(path);
    putAccount(store.startSync({ syncType: 'full' }), 2);
    // The name of the temporary file is taken: saving fails and leaves the working copy.
    writeFileSync(`${path}.${process.pid}.tmp`, '');
    await assert.rejects(store.close());
    writeFileSync(path, readFileSync(other));
    const next = await openC1z(path);
    assert.equal(next.runs().length, 1);
    assert.equal(next.latestFinished()?.stats().grants, 7);
    await next.discard();
  });
});

describe('removing a file', () => {
  test('takes its working copy and whatever else its writers left with it', async (t) => {
    const [folder, tempDir] = [scratch(t), scratch(t)];
    const path = join(folder, 'sync.c1z');
    await writeAccount(path);
    const store = await openC1z(path, { tempDir });
    putAccount(store.startSync({ syncType: 'full' }));
    await store.suspend();
    writeFileSync(`${path}.${process.pid}.tmp`, '');
    await removeC1z(path, { tempDir });
    assert.deepEqual([...readdirSync(folder), ...readdirSync(tempDir)], []);
  });

  test('is refused while somebody writes it', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    await assert.rejects(removeC1z(path), { name: 'BatonError', code: 9 });
    await store.discard();
  });
});

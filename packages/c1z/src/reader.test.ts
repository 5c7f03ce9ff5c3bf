import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { constants, createZstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { GrantSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { Code } from '@baton-ts/protocol/errors';
import { create, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { openC1z, openC1zReader } from './index.ts';
import { alter, entitlement, expandable, fixture, grant, resource, scratch, writeAccount } from './testing.ts';

async function reading(t: TestContext, path: string) {
  const file = await openC1zReader(path);
  t.after(() => file.close());
  return file;
}

/** A packed file whose database the test changed by hand. */
async function altered(t: TestContext, change: Parameters<typeof alter>[2]): Promise<string> {
  const path = join(scratch(t), 'sync.c1z');
  await writeAccount(path);
  alter(t, path, change);
  return path;
}

describe('a reader (c1z-format.md §7)', () => {
  test('1: names a v3 file with its engine and what to do', async (t) => {
    const path = fixture(t, 'pebble.v3.c1z');
    if (path === undefined) return;
    const expected = {
      code: Code.FailedPrecondition,
      message: /v3 container \(engine pebble\d?\), not supported; sync again with the sqlite storage engine/,
    };
    await assert.rejects(openC1zReader(path), expected);
  });

  test('1: a missing or empty file has no syncs', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'empty.c1z'), '');
    for (const name of ['missing.c1z', 'empty.c1z']) {
      const file = await reading(t, join(folder, name));
      assert.deepEqual(file.runs(), []);
      assert.equal(file.reader(), undefined);
    }
    assert.equal(existsSync(join(folder, 'missing.c1z')), false);
  });

  test('2: refuses more than the size limit and a wrong checksum', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path, 5000);
    process.env['BATON_DECODER_MAX_DECODED_SIZE_MB'] = '1';
    try {
      await assert.rejects(openC1zReader(path), { code: Code.ResourceExhausted, message: /more than 1 MB/ });
    } finally {
      delete process.env['BATON_DECODER_MAX_DECODED_SIZE_MB'];
    }
    const flipped = readFileSync(path);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    writeFileSync(path, flipped);
    await assert.rejects(openC1zReader(path), { code: Code.DataLoss, message: /damaged/ });
  });

  test('2: refuses a window above the limit', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const compress = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 23 } });
    compress.write('SQLite format 3');
    compress.end();
    const frame = await buffer(compress);
    writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), frame]));
    process.env['BATON_DECODER_MAX_MEMORY_MB'] = '1';
    try {
      await assert.rejects(openC1zReader(path), { code: Code.ResourceExhausted, message: /window of more than 1 MB/ });
    } finally {
      delete process.env['BATON_DECODER_MAX_MEMORY_MB'];
    }
  });

  test('2: accepts several frames, without checksum', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    const database = zstdDecompressSync(readFileSync(path).subarray(5));
    const frames = [database.subarray(0, 5000), database.subarray(5000)].map((part) => zstdCompressSync(part));
    writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), ...frames]));
    assert.equal((await reading(t, path)).reader()?.grants({}).rows.length, 3);
  });

  test('3: reads older schemas, WAL-flagged databases and unknown tables', async (t) => {
    const path = fixture(t, 'unexpanded.v1.c1z');
    if (path === undefined) return;
    const file = await reading(t, path);
    const sync = file.reader(file.runs()[0]?.syncId);
    assert.equal(sync?.grants({}).rows.length, 2909);
    const own = await altered(t, (db) => {
      db.exec('pragma journal_mode = wal; drop index idx_grants_entitlement_sync_grant_v1; create table other (x)');
    });
    assert.equal((await reading(t, own)).reader()?.grants({ entitlementId: 'group:ops:member' }).rows.length, 3);
  });

  test('4: picks the finished full sync with the greatest end, and filters by it', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path, 1);
    const latest = await writeAccount(path, 2);
    const sync = (await reading(t, path)).reader();
    assert.equal(sync?.run.syncId, latest);
    assert.equal(sync?.resourceTypes().length, 2);
    assert.equal(sync?.resources({}).rows.length, 3);
    assert.equal(sync?.resources({ resourceTypeId: 'user' }).rows.length, 2);
    assert.equal(sync?.entitlements({ resource: { resourceType: 'group', resource: 'ops' } }).rows.length, 1);
    assert.equal(sync?.grants({ principal: { resourceType: 'user', resource: 'person-1' } }).rows.length, 1);
    assert.equal(sync?.grants({ principal: { resourceType: 'user', resource: 'person-2' } }).rows.length, 0);
  });

  test('5: reads a named sync among several, unfinished and foreign ones too', async (t) => {
    const path = await altered(t, (db) => {
      db.exec(`insert into v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type)
        values ('foreign', '2099-01-01 00:00:00', '2099-01-01 00:00:01', '', 'someone_elses'),
               ('open', '2099-01-01 00:00:00', null, 'x', 'full')`);
    });
    const file = await reading(t, path);
    assert.equal(file.runs().length, 3);
    assert.equal(file.reader()?.run.syncId, file.runs()[0]?.syncId);
    assert.deepEqual(file.reader('foreign')?.grants({}).rows, []);
    assert.equal(file.reader('open')?.run.syncToken, 'x');
    assert.throws(() => file.reader('nobody'), { code: Code.NotFound, message: /no sync “nobody”/ });
  });

  test('5: without a finished sync the newest unfinished one of the last 7 days is read', async (t) => {
    const folder = scratch(t);
    const store = await openC1z(join(folder, 'sync.c1z'));
    const sync = store.startSync({ syncType: 'resources_only' });
    sync.checkpoint('x');
    await store.close();
    assert.equal((await reading(t, join(folder, 'sync.c1z'))).reader()?.run.syncId, sync.run.syncId);
    const old = fixture(t, 'in-progress.v1.c1z');
    if (old !== undefined) assert.equal((await reading(t, old)).reader(), undefined);
  });

  test('6: rebuilds slim grants from their columns and puts GrantExpandable back', async (t) => {
    const slim = toBinary(GrantSchema, create(GrantSchema, { id: 'group:ops:member:user:person-0' }));
    const annotation = expandable(['group:dev:member']);
    const path = await altered(t, (db) => {
      db.prepare('update v1_grants set data = ?, expansion = ? where id = 1').run(slim, annotation.value);
    });
    const first = (await reading(t, path)).reader()?.grants({}).rows[0];
    assert.equal(first?.entitlement?.id, 'group:ops:member');
    assert.equal(first?.entitlement?.resource?.id?.resource, 'ops');
    assert.equal(first?.principal?.id?.resource, 'person-0');
    assert.equal(first?.annotations[0]?.typeUrl, annotation.typeUrl);
    assert.deepEqual(first?.annotations[0]?.value, new Uint8Array(annotation.value));
  });

  test('6: an older file keeps GrantExpandable inside: reading finds it, writing moves it', async (t) => {
    const source = fixture(t, 'unexpanded.v1.c1z');
    if (source === undefined) return;
    const count = (rows: readonly { annotations: readonly { typeUrl: string }[] }[]) =>
      rows.filter(({ annotations }) => annotations.some(({ typeUrl }) => typeUrl.endsWith('.GrantExpandable'))).length;
    const file = await reading(t, source);
    const before = count(file.reader(file.runs()[0]?.syncId)?.grants({}).rows ?? []);
    assert(before > 0);
    const path = join(scratch(t), 'sync.c1z');
    writeFileSync(path, readFileSync(source));
    const store = await openC1z(path);
    store.startSync({ syncType: 'partial' });
    await store.close();
    const migrated = await reading(t, path);
    assert.equal(count(migrated.reader(migrated.runs()[0]?.syncId)?.grants({}).rows ?? []), before);
    alter(t, path, (db) => {
      const moved = db.prepare('select count(*) as n from v1_grants where expansion is not null').get();
      assert.equal(moved?.['n'], before);
    });
  });

  test('7: tolerates dangling references, unknown annotations and unknown fields', async (t) => {
    const on = entitlement(resource('gone', 'gone'), 'x');
    const message = grant(on, resource('nobody', 'knows'));
    message.annotations.push(
      create(AnySchema, { typeUrl: 'type.googleapis.com/un.Known', value: new Uint8Array([255]) }),
    );
    const data = Buffer.concat([encode(GrantSchema, message), Buffer.from([0xfa, 0x3f, 1, 7])]);
    const path = await altered(t, (db) => {
      db.prepare("update v1_grants set data = ?, entitlement_id = 'gone:gone:x' where id = 1").run(data);
    });
    const read = (await reading(t, path)).reader()?.grants({ entitlementId: 'gone:gone:x' }).rows[0];
    assert.equal(read?.annotations[0]?.typeUrl, 'type.googleapis.com/un.Known');
  });

  test('8: ids with colons are ids, not structure', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    const odd = resource('a', 'b:c');
    sync.putResources([odd]);
    sync.putEntitlements([entitlement(odd, 'd:e')]);
    sync.putGrants([grant(entitlement(odd, 'd:e'), resource('f', 'g:h'))]);
    assert.equal(sync.resource({ resourceType: 'a', resource: 'b:c' })?.displayName, 'a b:c');
    assert.equal(sync.entitlements({ resource: { resourceType: 'a', resource: 'b:c' } }).rows.length, 1);
    assert.equal(sync.grants({ principal: { resourceType: 'f', resource: 'g:h' } }).rows.length, 1);
    await store.discard();
  });

  test('9: reads times with space or T, fraction and zone, and refuses anything else', async (t) => {
    const times = ['2026-01-02T03:04:05Z', '2026-01-02 04:04:05+01:00', '2026-01-02 03:04:05.000000000Z'];
    for (const time of times) {
      const path = await altered(t, (db) => void db.prepare('update v1_sync_runs set started_at = ?').run(time));
      const started = (await reading(t, path)).runs()[0]?.startedAt;
      assert.equal(started?.toISOString(), '2026-01-02T03:04:05.000Z');
    }
    const local = await altered(t, (db) => db.exec("update v1_sync_runs set started_at = '2026-01-02 03:04'"));
    assert.deepEqual((await reading(t, local)).runs()[0]?.startedAt, new Date(2026, 0, 2, 3, 4));
    const wrong = await altered(t, (db) => db.exec("update v1_sync_runs set started_at = 'yesterday'"));
    const file = await reading(t, wrong);
    assert.throws(() => file.runs(), { code: Code.DataLoss, message: /“yesterday”/ });
  });

  test('10: counts when the statistics are missing, unparsable or without types', async (t) => {
    for (const stats of [null, '{', '{"resource_types":0,"grants":99}', '[]']) {
      const path = await altered(t, (db) => void db.prepare('update v1_sync_runs set stats = ?').run(stats));
      assert.equal((await reading(t, path)).reader()?.stats().grants, 3);
    }
    const path = await altered(t, (db) =>
      db.exec(`update v1_sync_runs set stats = '{"resource_types":1,"grants":99}'`),
    );
    assert.equal((await reading(t, path)).reader()?.stats().grants, 99);
  });

  test('pages in stored order until the last page', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path, 5);
    const sync = (await reading(t, path)).reader();
    const first = sync?.grants({ limit: 3 });
    const second = sync?.grants({ limit: 3, ...(first?.next === undefined ? {} : { cursor: first.next }) });
    assert.equal(first?.rows.length, 3);
    assert.equal(second?.rows.length, 2);
    assert.equal(second?.next, undefined);
  });

  test('what the Go tools wrote last is read whole', async (t) => {
    const path = fixture(t, 'go-export.v1.c1z');
    if (path === undefined) return;
    const sync = (await reading(t, path)).reader();
    assert.equal(sync?.run.syncType, 'full');
    assert.equal(sync?.stats().grants, sync?.grants({ limit: 10_000 }).rows.length === 10_000 ? 14_981 : -1);
  });
});

describe('bad files', () => {
  const good = async (t: TestContext) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    return path;
  };
  const cases: { what: string; make: (path: string, bytes: Buffer) => void; says: RegExp }[] = [
    { what: 'cut off', make: (path, bytes) => writeFileSync(path, bytes.subarray(0, -20)), says: /cut off/ },
    { what: 'only the magic', make: (path, bytes) => writeFileSync(path, bytes.subarray(0, 5)), says: /cut off/ },
    {
      what: 'a bit flipped',
      make: (path, bytes) => writeFileSync(path, flip(bytes, bytes.length >> 1)),
      says: /damaged|cut off/,
    },
    {
      what: 'bytes after the end',
      make: (path, bytes) => writeFileSync(path, Buffer.concat([bytes, Buffer.from('more')])),
      says: /something follows its end/,
    },
    { what: 'a text', make: (path) => writeFileSync(path, 'hello, this is text'), says: /not a \.c1z file/ },
    { what: 'two bytes', make: (path) => writeFileSync(path, 'C1'), says: /not a \.c1z file/ },
    {
      what: 'no database inside',
      make: (path) => writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync('not SQLite')])),
      says: /no SQLite database/,
    },
  ];
  for (const { what, make, says } of cases) {
    test(`${what}: said clearly to reader and writer, and the file stays`, async (t) => {
      const path = await good(t);
      make(path, readFileSync(path));
      const before = readFileSync(path);
      await assert.rejects(openC1zReader(path), { name: 'BatonError', message: says });
      await assert.rejects(openC1z(path), { name: 'BatonError', message: says });
      assert.deepEqual(readFileSync(path), before);
      assert.equal(existsSync(`${path}.lock`), false);
    });
  }

  test('a folder', async (t) => {
    const folder = scratch(t);
    await assert.rejects(openC1zReader(folder), { code: Code.InvalidArgument, message: /is a folder/ });
    await assert.rejects(openC1z(folder), { code: Code.InvalidArgument, message: /is a folder/ });
    assert.equal(existsSync(`${folder}.lock`), false);
  });
});

function flip(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(offset) ^ 0x10, offset);
  return copy;
}

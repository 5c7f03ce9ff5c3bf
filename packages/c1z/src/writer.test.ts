import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { EntitlementSchema, type Grant, GrantSchema, ResourceSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { create, fromBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { openC1z, openC1zReader } from './index.ts';
import { indexes, tables } from './schema.ts';
import {
  entitlement,
  expandable,
  fixture,
  grant,
  inside,
  only,
  putAccount,
  resource,
  scratch,
  writeAccount,
} from './testing.ts';

describe('a writer (c1z-format.md §7)', () => {
  test('1: writes the magic and one frame with size and checksum, and nothing after it', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    const bytes = readFileSync(path);
    assert.equal(bytes.subarray(0, 5).toString('latin1'), 'C1ZF\0');
    const descriptor = bytes[9] ?? 0;
    assert.equal(bytes.readUInt32LE(5), 0xfd2fb528);
    assert.equal(descriptor & 0b100, 0b100, 'content checksum');
    assert.notEqual(descriptor & 0b1110_0000, 0, 'frame content size');
    assert.equal(descriptor & 0b11, 0, 'no dictionary');
    assert.equal(zstdDecompressSync(bytes.subarray(5)).length % 4096, 0);
    assert.throws(() => zstdDecompressSync(bytes.subarray(5, -1)));
  });

  test('2: leaves nothing beside the file, and a failed save leaves the old file as it was', async (t) => {
    const folder = scratch(t);
    const path = join(folder, 'sync.c1z');
    await writeAccount(path);
    assert.deepEqual(readdirSync(folder), ['sync.c1z']);
    const before = readFileSync(path);
    const store = await openC1z(path);
    putAccount(store.startSync({ syncType: 'full' }));
    // The name of the temporary file is taken, so that saving fails.
    writeFileSync(`${path}.${process.pid}.tmp`, 'in the way');
    await assert.rejects(store.close(), /the file is as it was before/);
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['sync.c1z']);
    await (await openC1z(path)).discard();
  });

  test('3: makes exactly the tables, columns and indexes of the Go tools', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    const ours = inside(t, path);
    const names = ours.prepare("select name from sqlite_master where type = 'index' order by name").all();
    assert.deepEqual(
      names.map((row) => row['name']),
      Object.keys(indexes).sort(),
    );
    assert.equal(names.length, 16);
    const theirs = fixture(t, 'go-export.v1.c1z');
    if (theirs === undefined) return;
    const go = inside(t, theirs);
    for (const table of Object.keys(tables)) {
      const columns = `select cid, name, lower(type) as type, "notnull", dflt_value, pk from pragma_table_info('${table}')`;
      assert.deepEqual(ours.prepare(columns).all(), go.prepare(columns).all(), table);
    }
    const keys = `select m.name, i."unique", i.partial, group_concat(c.name) as columns from sqlite_master m
      join pragma_index_list(m.tbl_name) i on i.name = m.name join pragma_index_info(m.name) c
      where m.type = 'index' group by m.name order by m.name`;
    assert.deepEqual(ours.prepare(keys).all(), go.prepare(keys).all());
  });

  test('4: leaves the database checkpointed, in rollback mode and without free pages', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    for (let round = 0; round < 4; round++) await writeAccount(path, 200);
    const database = zstdDecompressSync(readFileSync(path).subarray(5));
    assert.deepEqual([database[18], database[19]], [1, 1]);
    const db = inside(t, path);
    assert.equal(only(db, 'pragma freelist_count')['freelist_count'], 0);
    assert.equal(only(db, 'pragma integrity_check')['integrity_check'], 'ok');
  });

  test('5: fills the columns from the message, and updates them when the message changes', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    const group = resource('group', 'a:b');
    sync.putResources([resource('user', 'ada'), group]);
    sync.putResources([resource('user', 'ada', group)]);
    sync.checkpoint('');
    await store.close();
    const row = only(
      inside(t, path),
      "select *, typeof(data) as kind from v1_resources where external_id = 'user:ada'",
    );
    assert.equal(row['resource_type_id'], 'user');
    assert.equal(row['parent_resource_type_id'], 'group');
    assert.equal(row['parent_resource_id'], 'a:b');
    assert.equal(row['kind'], 'blob');
    const top = only(inside(t, path), "select parent_resource_id from v1_resources where external_id = 'group:a:b'");
    assert.equal(top['parent_resource_id'], null);
  });

  test('6: moves GrantExpandable to its column, and drops it when it names no entitlement', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    const member = entitlement(resource('group', 'ops'), 'member');
    sync.putGrants([grant(member, resource('group', 'dev'), ['group:dev:member'])]);
    sync.putGrants([grant(member, resource('group', 'blank'), ['  '])]);
    sync.checkpoint('');
    await store.close();
    const rows = inside(t, path).prepare('select expansion, needs_expansion, data from v1_grants order by id').all();
    assert.deepEqual(rows[0]?.['expansion'], new Uint8Array(expandable(['group:dev:member']).value));
    assert.deepEqual(
      rows.map((row) => row['needs_expansion']),
      [1, 0],
    );
    assert.equal(rows[1]?.['expansion'], null);
    for (const { data } of rows) {
      assert(data instanceof Uint8Array);
      assert.deepEqual(fromBinary(GrantSchema, data).annotations, []);
    }
  });

  test('7: embeds entitlement, its resource, and principal in each grant', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path, 1);
    const { data } = only(inside(t, path), 'select data from v1_grants');
    assert(data instanceof Uint8Array);
    const stored = fromBinary(GrantSchema, data);
    assert.equal(stored.entitlement?.resource?.displayName, 'group ops');
    assert.equal(stored.principal?.displayName, 'user person-0');
  });

  test('8: joins parts of a grant into the very bytes of the whole message', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const long = resource('user', 'x'.repeat(300));
    const on = entitlement(resource('group', 'größe'), 'member');
    const note = create(AnySchema, { typeUrl: 'type.googleapis.com/x.Y', value: new Uint8Array([1, 2]) });
    const sources = { sources: { b: { isDirect: true }, a: {}, 10: {}, 9: {}, é: {} } };
    const grants: Grant[] = [
      grant(on, long),
      create(GrantSchema, { id: 'with-sources', entitlement: on, principal: long, sources }),
      create(GrantSchema, { id: 'all', entitlement: on, principal: long, sources, annotations: [note, note] }),
      create(GrantSchema, { id: 'empty-sources', entitlement: on, principal: long, sources: {} }),
      create(GrantSchema, { id: 'ü'.repeat(200), entitlement: on, principal: create(ResourceSchema) }),
      create(GrantSchema, { id: 'bare', entitlement: create(EntitlementSchema), principal: create(ResourceSchema) }),
    ];
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    sync.putGrants(grants);
    sync.checkpoint('');
    await store.close();
    const rows = inside(t, path).prepare('select data from v1_grants order by id').all();
    assert.deepEqual(
      rows.map((row) => row['data']),
      grants.map((message) => new Uint8Array(encode(GrantSchema, message))),
    );
  });

  test('9: names syncs by KSUID and stores host-local times without a zone', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const before = Date.now();
    await writeAccount(path);
    const run = only(inside(t, path), 'select * from v1_sync_runs');
    assert.match(String(run['sync_id']), /^[0-9A-Za-z]{27}$/);
    for (const key of ['started_at', 'ended_at']) {
      const time = String(run[key]);
      assert.match(time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d*[1-9])?$/);
      const localTime = new Date(time.replace(' ', 'T')).getTime();
      assert(localTime >= before && localTime <= Date.now());
    }
  });

  test('10: leaves a finished run with its flags, token, statistics and invariants', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path, 2);
    const run = only(inside(t, path), 'select * from v1_sync_runs');
    assert.equal(run['grants_backfilled'], 1);
    assert.equal(run['supports_diff'], 1);
    assert.equal(run['sync_token'], '{"version":1}');
    assert.deepEqual(JSON.parse(String(run['stats'])), {
      resource_types: 2,
      resources: 3,
      entitlements: 1,
      grants: 2,
      resources_by_resource_type: { user: 2, group: 1 },
      grants_by_resource_type: { group: 2 },
      entitlements_by_resource_type: { group: 1 },
    });
    assert.equal(run['ingest_invariant_generation'], '1');
    assert.equal(run['ingest_invariant_coverage'], '["I5","I10"]');
    assert.equal(run['ingest_invariant_mode'], 'connector');
  });

  test('11: an unfinished sync is saved without an end and goes on under the same id', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const first = await openC1z(path);
    const started = first.startSync({ syncType: 'full' });
    started.putResources([resource('user', 'ada')]);
    started.checkpoint('half');
    started.putResources([resource('user', 'not-checkpointed')]);
    await first.close();
    const second = await openC1z(path);
    assert.equal(second.resumableSync('resources_only'), undefined);
    const resumed = second.resumableSync('full');
    assert(resumed !== undefined);
    assert.equal(resumed.run.syncId, started.run.syncId);
    assert.equal(resumed.run.syncToken, 'half');
    assert.equal(resumed.run.endedAt, undefined);
    assert.equal(resumed.resources({}).rows.length, 1);
    await second.finishSync(resumed, { syncToken: '' });
    assert.equal(second.latestFinished()?.run.syncId, started.run.syncId);
    await second.discard();
  });

  test('12: keeps two finished full syncs, removes every row of older ones, and all session rows', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const ids: string[] = [];
    for (let round = 0; round < 3; round++) ids.push(await writeAccount(path, 2));
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    sync.sessionSet('cache/a', '1');
    sync.sessionSet('cache/b', '2');
    sync.sessionSet('other', '3');
    assert.deepEqual(
      [...sync.sessionEntries('cache/')],
      [
        ['cache/a', '1'],
        ['cache/b', '2'],
      ],
    );
    assert.equal(sync.sessionGet('other'), '3');
    putAccount(sync, 2);
    await store.finishSync(sync, { syncToken: '' });
    await store.close();
    const db = inside(t, path);
    const kept = new Set([ids[2], sync.run.syncId]);
    for (const table of ['v1_sync_runs', 'v1_resource_types', 'v1_resources', 'v1_entitlements', 'v1_grants']) {
      const found = db.prepare(`select distinct sync_id from ${table}`).all();
      assert.deepEqual(new Set(found.map((row) => row['sync_id'])), kept, table);
    }
    assert.equal(only(db, 'select count(*) as n from v1_connector_sessions')['n'], 0);
  });

  test('13: keeps one row per id, the last one put, before and after the indexes are built', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    const member = entitlement(resource('group', 'ops'), 'member');
    const ada = resource('user', 'ada');
    const renamed = create(ResourceSchema, { ...ada, displayName: 'Ada L.' });
    sync.putGrants([grant(member, ada), grant(member, resource('user', 'bob'))]);
    sync.putGrants([grant(member, renamed)]);
    await sync.buildIndexes();
    assert.equal(sync.grants({}).rows.length, 2);
    assert.equal(sync.grant('group:ops:member:user:ada')?.principal?.displayName, 'Ada L.');
    sync.putGrants([grant(member, ada)]);
    assert.equal(sync.grants({}).rows.length, 2);
    assert.equal(sync.grant('group:ops:member:user:ada')?.principal?.displayName, 'user ada');
    sync.deleteGrants(['group:ops:member:user:ada']);
    assert.equal(sync.grant('group:ops:member:user:ada'), undefined);
    await store.discard();
    assert.equal(existsSync(path), false);
  });

  const root = process.getuid?.() === 0 ? 'root may write everywhere' : false;
  test('refuses a folder that cannot be written before a sync begins', { skip: root }, async (t) => {
    const folder = scratch(t);
    chmodSync(folder, 0o500);
    await assert.rejects(openC1z(join(folder, 'sync.c1z')), { message: /may not write/ });
    chmodSync(folder, 0o700);
  });

  test('says that the folder does not exist', async (t) => {
    await assert.rejects(openC1z(join(scratch(t), 'missing', 'sync.c1z')), { message: /folder does not exist/ });
  });

  test('the result can be read by anyone who may read the folder', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    await writeAccount(path);
    assert.equal(statSync(path).mode & 0o777, 0o644 & ~process.umask());
    const file = await openC1zReader(path);
    assert.equal(file.runs().length, 1);
    await file.close();
  });
});

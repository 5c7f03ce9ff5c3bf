import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import { openC1z, openC1zReader, type SyncReader } from './index.ts';
import { alter, entitlement, grant, inside, resource, scratch } from './testing.ts';

const ops = resource('group', 'ops');
const dev = resource('group', 'dev');
const site = resource('site', 'ops');
const [ann, bob] = [resource('user', 'ann'), resource('user', 'bob')];
const member = entitlement(ops, 'member');
const owner = entitlement(ops, 'owner');
const writer = entitlement(dev, 'writer');
const editor = entitlement(site, 'editor');

const folder = mkdtempSync(join(tmpdir(), 'c1z-test-'));
const path = join(folder, 'sync.c1z');
after(() => rmSync(folder, { recursive: true }));

/** Two syncs in one file; the older one holds a grant more, which no answer about the newer may show. */
before(async () => {
  for (const more of [[grant(member, resource('user', 'zoe'))], []]) {
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    sync.putResourceTypes([create(ResourceTypeSchema, { id: 'group', displayName: 'Group' })]);
    sync.putResources([ops, dev, site, ann, bob]);
    sync.putEntitlements([writer, member, owner, editor]);
    sync.putGrants([grant(writer, bob), grant(member, ann), grant(owner, bob), grant(editor, ann), grant(member, bob)]);
    sync.putGrants(more);
    sync.checkpoint('{}');
    await store.finishSync(sync, { syncToken: '{}' });
    await store.close();
  }
});

async function newest(t: TestContext): Promise<SyncReader> {
  const file = await openC1zReader(path);
  t.after(() => file.close());
  const sync = file.reader();
  assert.ok(sync);
  return sync;
}

const ids = (page: { readonly rows: readonly { readonly id: string }[] }): string[] => page.rows.map(({ id }) => id);

test('entitlements of a resource type and of one resource', async (t) => {
  const sync = await newest(t);
  assert.deepEqual(ids(sync.entitlements({ resourceTypeId: 'group' })), [writer.id, member.id, owner.id]);
  assert.deepEqual(ids(sync.entitlements({ resource: { resourceType: 'site', resource: 'ops' } })), [editor.id]);
});

test('grants by the type and by the resource of their entitlement', async (t) => {
  const sync = await newest(t);
  assert.equal(sync.grants({ resourceTypeId: 'group' }).rows.length, 4);
  assert.deepEqual(
    ids(sync.grants({ resource: { resourceType: 'group', resource: 'ops' } })),
    [grant(member, ann), grant(owner, bob), grant(member, bob)].map(({ id }) => id),
  );
  assert.equal(sync.grants({ resourceTypeId: 'site', entitlementId: member.id }).rows.length, 0);
});

test('references to grants are the same grants, read when they are asked for', async (t) => {
  const sync = await newest(t);
  const { rows } = sync.grantRefs({ entitlementId: owner.id });
  assert.deepEqual(
    rows.map(({ id, entitlementId, resource, principal }) => ({ id, entitlementId, resource, principal })),
    [
      {
        id: grant(owner, bob).id,
        entitlementId: owner.id,
        resource: { resourceType: 'group', resource: 'ops' },
        principal: { resourceType: 'user', resource: 'bob' },
      },
    ],
  );
  assert.deepEqual(
    rows.map((ref) => ref.read()),
    sync.grants({ entitlementId: owner.id }).rows,
  );
});

test('principals come once, in the order of their first grant', async (t) => {
  const sync = await newest(t);
  const names = (options: Parameters<SyncReader['principals']>[0]) =>
    [...sync.principals(options)].map(({ resource }) => resource);
  assert.deepEqual(names({}), ['bob', 'ann']);
  assert.deepEqual(names({ entitlementId: member.id }), ['ann', 'bob']);
  assert.deepEqual(names({ resource: { resourceType: 'site', resource: 'ops' } }), ['ann']);
});

test('what a principal holds comes by resource type, resource and entitlement', async (t) => {
  const sync = await newest(t);
  assert.deepEqual(
    [...sync.heldBy({ resourceType: 'user', resource: 'bob' })].map(({ entitlementId }) => entitlementId),
    [writer.id, member.id, owner.id],
  );
});

test('one resource type by its id', async (t) => {
  const sync = await newest(t);
  assert.equal(sync.resourceType('group')?.displayName, 'Group');
  assert.equal(sync.resourceType('user'), undefined);
});

test('other rows can be read while principals are listed', async (t) => {
  const sync = await newest(t);
  const found = [...sync.principals({})].map((ref) => sync.resource(ref)?.displayName);
  assert.deepEqual(found, ['user bob', 'user ann']);
});

test('reads by entitlement, resource and principal use an index', async (t) => {
  const db = inside(t, path);
  const select = 'select id from v1_grants where sync_id = 1 and id > 0 and';
  for (const [condition, index] of [
    ['entitlement_id = 1', 'idx_grants_entitlement'],
    ['resource_type_id = 1 and resource_id = 1', 'idx_grants_resource_type_id_resource_id_v1'],
    ['principal_resource_type_id = 1 and principal_resource_id = 1', 'idx_grants_principal_id_v1'],
  ] as const) {
    const plan = db.prepare(`explain query plan ${select} ${condition} order by id limit 10`).all();
    const details = plan.map((row) => String(row['detail'])).join('; ');
    assert.match(details, new RegExp(`using (covering )?index ${index}`, 'i'));
    assert.doesNotMatch(details, /temp b-tree/i);
  }
});

test('an open reader has no files left that a kill could leave behind', {
  skip: process.platform === 'win32',
}, async (t) => {
  const tempDir = scratch(t);
  const file = await openC1zReader(path, { tempDir });
  assert.deepEqual(readdirSync(tempDir), []);
  assert.equal(file.reader()?.grants({}).rows.length, 5);
  await file.close();
  assert.ok(existsSync(path));
});

describe('a file large enough for a thread of its own', () => {
  function largeFile(t: TestContext): string {
    const large = join(scratch(t), 'large.c1z');
    copyFileSync(path, large);
    alter(t, large, (db) => {
      const insert =
        "insert into v1_assets (external_id, content_type, data, sync_id, discovered_at) values ('', '', ?, '', '')";
      db.prepare(insert).run(randomBytes(3 * 1024 * 1024));
    });
    return large;
  }

  test('is read like any other', async (t) => {
    const file = await openC1zReader(largeFile(t));
    t.after(() => file.close());
    assert.equal(file.reader()?.grants({}).rows.length, 5);
  });

  test('is refused with the same words when it is damaged', async (t) => {
    const damaged = join(folder, 'damaged.c1z');
    writeFileSync(damaged, readFileSync(largeFile(t)).subarray(0, -100));
    await assert.rejects(openC1zReader(damaged), { name: 'BatonError', code: Code.DataLoss, message: /is cut off/ });
  });

  test('leaves nothing behind when its reading is stopped', async (t) => {
    const tempDir = scratch(t);
    const stop = new AbortController();
    const large = largeFile(t);
    const opening = openC1zReader(large, { tempDir, signal: stop.signal });
    while (readdirSync(tempDir).length === 0) await setImmediate();
    stop.abort(new BatonError(Code.Canceled, 'stopped'));
    await assert.rejects(opening, { code: Code.Canceled, message: 'stopped' });
    assert.deepEqual(readdirSync(tempDir), []);
  });
});

test('messages call the file by the name that they are given', async (t) => {
  await assert.rejects(openC1zReader(scratch(t), { name: 'standard input' }), {
    message: /^standard input is a folder/,
  });
});

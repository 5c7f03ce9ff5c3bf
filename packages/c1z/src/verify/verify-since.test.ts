import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { packAny } from '@baton-ts/protocol/annotations';
import { ExternalResourceMatchIDSchema } from '@baton-ts/protocol/connector-v2';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { openC1z } from '../open.ts';
import { openC1zReader } from '../open-reader.ts';
import { alter, entitlement, grant, only, putAccount, resource, scratch, writeAccount } from '../testing.ts';
import { brokenFiles, sql } from './testing-broken-files.ts';
import { verifyC1z } from './verify-c1z.ts';

const folder = mkdtempSync(join(tmpdir(), 'c1z-since-'));
const sound = join(folder, 'sound.c1z');
before(async () => {
  await writeAccount(sound, 20);
});
after(() => rmSync(folder, { recursive: true }));

/** Who holds something else in the one file than in the other; undefined when the comparison does not find it good. */
async function since(earlier: string, path: string): Promise<string[] | undefined> {
  const file = await openC1zReader(path, { earlier });
  try {
    const result = await file.verifySince();
    return result?.principals.map(({ resourceType, resource: id }) => `${resourceType}:${id}`).sort();
  } finally {
    await file.close();
  }
}

function changed(t: TestContext, change: (db: DatabaseSync) => void): string {
  const path = join(scratch(t), 'changed.c1z');
  copyFileSync(sound, path);
  alter(t, path, change);
  return path;
}

test('the same data read again concerns nobody', async (t) => {
  const again = join(scratch(t), 'again.c1z');
  await writeAccount(again, 20);
  assert.deepEqual(await since(sound, again), []);
});

test('names whose grant is gone, and whose is new', async (t) => {
  const path = changed(
    t,
    sql(
      "delete from v1_grants where principal_resource_id in ('person-3', 'person-8'); update v1_sync_runs set stats = null",
    ),
  );
  assert.deepEqual(await since(sound, path), ['user:person-3', 'user:person-8']);
  assert.deepEqual(await since(path, sound), ['user:person-3', 'user:person-8']);
});

test('a file of which more than a fifth is different has to be checked as a whole', async (t) => {
  const [few, many] = [join(scratch(t), 'few.c1z'), join(scratch(t), 'many.c1z')];
  await writeAccount(few, 10);
  await writeAccount(many, 2000);
  assert.equal(await since(few, many), undefined);
});

test('a large file is compared by two threads', async (t) => {
  const [earlier, path] = [join(scratch(t), 'earlier.c1z'), join(scratch(t), 'large.c1z')];
  await writeAccount(earlier, 24_000);
  await writeAccount(path, 24_000);
  assert.deepEqual(await since(earlier, path), []);
  alter(t, path, sql('delete from v1_grants where id in (7, 23_000); update v1_sync_runs set stats = null'));
  assert.deepEqual(await since(earlier, path), ['user:person-22999', 'user:person-6']);
  alter(t, path, sql('update v1_grants set needs_expansion = 1 where id = 23_001'));
  assert.equal(await since(earlier, path), undefined);
});

test('a grant to somebody whom another connector brings is for the whole check', async (t) => {
  const named = join(scratch(t), 'named.c1z');
  const store = await openC1z(named);
  const sync = store.startSync({ syncType: 'full' });
  putAccount(sync, 20);
  const elsewhere = grant(entitlement(resource('group', 'ops'), 'member'), resource('user', 'elsewhere'));
  elsewhere.annotations.push(packAny(ExternalResourceMatchIDSchema, { id: 'elsewhere' }));
  sync.putGrants([elsewhere]);
  await store.finishSync(sync, { syncToken: '{"version":1}' });
  await store.close();
  assert.equal((await verifyC1z(named, { report: ({ message }) => assert.fail(message) })).errors, 0);
  assert.equal(await since(sound, named), undefined);
});

test('without an earlier file, or with one that cannot be read, nothing is compared', async () => {
  assert.equal(await since(join(folder, 'missing.c1z'), sound), undefined);
  assert.equal(await since(import.meta.filename, sound), undefined);
});

test('two syncs in a file are not compared', async (t) => {
  const path = join(scratch(t), 'two.c1z');
  await writeAccount(path, 20);
  await writeAccount(path, 20);
  assert.equal(await since(sound, path), undefined);
  assert.equal(await since(path, sound), undefined);
});

test('an index that says something else than its table is not relied upon', async (t) => {
  const path = changed(t, sql("update v1_grants set discovered_at = '2026-01-02 03:04:05'"));
  const index = "sqlite_master where name = 'idx_grants_principal_id_v1'";
  const schema = (db: DatabaseSync, statement: string, ...values: SQLInputValue[]): void => {
    db.enableDefensive(false);
    db.exec('pragma writable_schema = on');
    db.prepare(statement).run(...values);
  };
  let row: Record<string, SQLOutputValue> = {};
  alter(t, path, (db) => {
    row = only(db, `select type, name, tbl_name, rootpage, sql from ${index}`);
    schema(db, `delete from ${index}`);
  });
  alter(t, path, sql("delete from v1_grants where principal_resource_id = 'person-3'"));
  alter(t, path, (db) =>
    schema(
      db,
      'insert into sqlite_master (type, name, tbl_name, rootpage, sql) values (?, ?, ?, ?, ?)',
      ...Object.values(row),
    ),
  );
  alter(t, path, sql('update v1_sync_runs set stats = null'));
  assert.equal(await since(sound, path), undefined);
});

for (const [broken, change] of brokenFiles) {
  test(`does not find good ${broken}`, async (t) => assert.equal(await since(sound, changed(t, change)), undefined));
}

test('of random files it says what checking and comparing them row by row says', async (t) => {
  const random = randomNumbers(t);
  const path = (name: string) => join(scratch(t), name);
  let earlier = path('first.c1z');
  await writeRandom(earlier, random);
  let compared = 0;
  for (let round = 0; round < 25; round += 1) {
    const next = path('next.c1z');
    await writeRandom(next, random);
    const damage = [...damages, ...Array.from(damages, () => '')][Math.floor(random() * damages.length * 2)] ?? '';
    if (damage !== '') alter(t, next, sql(`${damage}; update v1_sync_runs set stats = null`));
    const found = await since(earlier, next);
    let isGood = true;
    await verifyC1z(next, { report: () => (isGood = false) });
    if (!isGood) assert.equal(found, undefined, `round ${round}: ${damage}`);
    else if (found !== undefined) assert.deepEqual(found, await concerned(earlier, next), `round ${round}`);
    if (!isGood) continue;
    if (found !== undefined) compared += 1;
    earlier = next;
  }
  assert.ok(compared > 3, `${compared} compared`);
});

/** Some of these leave a file good, some do not. */
const damages = [
  'delete from v1_grants where id = 5',
  "delete from v1_resources where external_id = 'user:person-2'",
  'delete from v1_entitlements where id = 1',
  "update v1_grants set principal_resource_id = 'person-1' where id = 3",
  "update v1_grants set discovered_at = 'now' where id = 3",
  "update v1_resources set discovered_at = '2026-01-02T03:04:05Z' where id = 3",
  "update v1_grants set sync_id = 'other' where id = 2",
  "update v1_grants set data = x'ffff' where id = 4",
  'update v1_grants set needs_expansion = 1 where id = 4',
  'update v1_grants set data = cast(data as text) where id = 2',
  'drop index idx_grants_principal_id_v1',
];

/** Ten groups of which forty people are members; some come and go. */
async function writeRandom(path: string, random: () => number): Promise<void> {
  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  putAccount(sync, 40);
  const groups = Array.from({ length: 10 }, (_, index) => resource('group', `group-${index}`));
  sync.putResources(groups);
  const members = groups.map((group) => entitlement(group, 'member'));
  sync.putEntitlements(members);
  for (const member of members) {
    const holders = Array.from({ length: 40 }, (_, index) => resource('user', `person-${index}`));
    const present = holders.filter((_, index) => index % 3 !== 0 || random() > 0.04);
    sync.putGrants(present.map((holder, index) => grant(member, holder, index % 7 === 0 ? ['group:ops:member'] : [])));
  }
  await store.finishSync(sync, { syncToken: '{"version":1}' });
  await store.close();
}

async function concerned(earlier: string, path: string): Promise<string[]> {
  const [one, other] = await Promise.all([heldIn(earlier), heldIn(path)]);
  const everybody = new Set([...one.keys(), ...other.keys()]);
  return [...everybody].filter((who) => one.get(who) !== other.get(who)).sort();
}

async function heldIn(path: string): Promise<Map<string, string>> {
  const file = await openC1zReader(path);
  const grants = [...(file.reader()?.storedRows('grants') ?? [])].map((row) => {
    const { resourceType = '', resource: id = '' } = row.read().principal?.id ?? {};
    return { who: `${resourceType}:${id}`, what: [row.id, row.data, row.expansion ?? ''].map(String).join() };
  });
  await file.close();
  const by = Map.groupBy(grants, ({ who }) => who);
  return new Map([...by].map(([who, held]) => [who, JSON.stringify(held.map(({ what }) => what).sort())]));
}

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  EntitlementExclusionGroupSchema,
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  InsertResourceGrantsSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { Code } from '@baton-ts/protocol/errors';
import { create, fromBinary } from '@bufbuild/protobuf';
import { openC1zReader } from '../open-reader.ts';
import { alter, entitlement, fixture, resource, scratch, writeAccount } from '../testing.ts';
import type { Finding } from './finding.ts';
import { verifyC1z } from './verify-c1z.ts';

async function findingsOf(path: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  await verifyC1z(path, { report: (finding) => findings.push(finding) });
  return findings;
}

const folder = mkdtempSync(join(tmpdir(), 'c1z-verify-'));
const sound = join(folder, 'sound.c1z');
before(async () => {
  await writeAccount(sound);
});
after(() => rmSync(folder, { recursive: true }));

/** The rules that a sound file violates after the change. */
async function violatedBy(t: TestContext, change: (db: DatabaseSync) => void): Promise<string[]> {
  const path = join(scratch(t), 'a.c1z');
  copyFileSync(sound, path);
  alter(t, path, change);
  const packing = new Set(['frame-without-size', 'frame-without-checksum']);
  const findings = (await findingsOf(path)).filter(({ rule }) => !packing.has(rule));
  return [...new Set(findings.map(({ severity, rule }) => `${severity} ${rule}`))].sort();
}

const sql = (statement: string) => (db: DatabaseSync) => db.exec(statement);

/** Replaces the data of a table's first row. */
const data = (table: string, change: (bytes: Uint8Array) => Uint8Array) => (db: DatabaseSync) => {
  const row = db.prepare(`select id, data from ${table} order by id limit 1`).get();
  assert.ok(row?.['data'] instanceof Uint8Array);
  db.prepare(`update ${table} set data = ? where id = ?`).run(change(row['data']), Number(row['id']));
};

const cases: readonly (readonly [broken: string, change: (db: DatabaseSync) => void, rules: readonly string[]])[] = [
  ['a table that is missing', sql('drop table v1_assets'), ['error index-missing', 'error table-missing']],
  ['a column that is missing', sql('alter table v1_assets drop column content_type'), ['error column-missing']],
  [
    'a column of a later schema that is missing',
    sql('alter table v1_sync_runs drop column stats'),
    ['warning column-missing'],
  ],
  [
    'a column that is not part of the format',
    sql('alter table v1_grants add column note text'),
    ['error foreign-column'],
  ],
  ['a table that is not part of the format', sql('create table notes (text)'), ['warning foreign-table']],
  ['a unique index that is missing', sql('drop index idx_grants_external_sync_v1'), ['error index-missing']],
  ['another index that is missing', sql('drop index idx_grants_principal_id_v1'), ['warning index-missing']],
  [
    'an index over other columns',
    sql(
      'drop index idx_grants_principal_id_v1; create index idx_grants_principal_id_v1 on v1_grants (principal_resource_id)',
    ),
    ['warning index-differs'],
  ],
  ['a time with a zone', sql("update v1_sync_runs set ended_at = '2026-01-02T03:04:05Z'"), ['warning time-layout']],
  ['a time that is none', sql("update v1_sync_runs set ended_at = 'yesterday'"), ['error time-unreadable']],
  ['a sync type of somebody else', sql("update v1_sync_runs set sync_type = 'nightly'"), ['warning sync-type']],
  ['a full sync with a parent', sql("update v1_sync_runs set parent_sync_id = 'x'"), ['error parent-of-whole-sync']],
  ['a token that is no JSON', sql("update v1_sync_runs set sync_token = '{'"), ['error sync-token']],
  [
    'a finished sync with actions to do',
    sql(`update v1_sync_runs set sync_token = '{"version":1,"action_order":["1"]}'`),
    ['error finished-with-actions'],
  ],
  [
    'half of the invariant columns',
    sql("update v1_sync_runs set ingest_invariant_mode = ''"),
    ['error invariant-columns'],
  ],
  [
    'statistics that do not count the rows',
    sql(`update v1_sync_runs set stats = '{"resource_types":2,"grants":99}'`),
    ['error stats'],
  ],
  [
    'session rows of a finished sync',
    sql("insert into v1_connector_sessions (sync_id, key, value) select sync_id, 'k', x'00' from v1_sync_runs"),
    ['warning session-rows-left'],
  ],
  [
    'a sync id that is no KSUID',
    sql("update v1_sync_runs set sync_id = 'monday'"),
    ['error rows-without-sync', 'error sync-id', 'error stats'].sort(),
  ],
  ['data that is no message', data('v1_resources', () => Buffer.from([0xff, 0xff])), ['error data-undecodable']],
  ['data stored as text', sql("update v1_resources set data = 'x' where id = 1"), ['error column-storage']],
  [
    'an id that the data does not say',
    sql("update v1_resources set external_id = 'group:other' where id = 1"),
    [
      'error column-differs',
      'error entitlement-resource-missing',
      'error grant-resource-missing',
      'error resource-parent-missing',
    ],
  ],
  [
    'a parent that the data does not say',
    sql('update v1_resources set parent_resource_type_id = null, parent_resource_id = null where id = 2'),
    ['error column-differs'],
  ],
  [
    'a grant that the data gives to another',
    sql("update v1_grants set principal_resource_id = 'person-1' where id = 1"),
    ['error column-differs', 'error grant-twice'],
  ],
  [
    'a resource of an unknown type',
    sql("delete from v1_resource_types where external_id = 'user'; update v1_sync_runs set stats = null"),
    ['error resource-type-missing'],
  ],
  [
    'a principal that is not there',
    sql("delete from v1_resources where external_id = 'user:person-0'; update v1_sync_runs set stats = null"),
    ['error grant-principal-missing'],
  ],
  [
    'an entitlement that is not there',
    sql('delete from v1_entitlements; update v1_sync_runs set stats = null'),
    ['error grant-entitlement-missing'],
  ],
  [
    'a resource without the annotation of its trait',
    data('v1_resource_types', (bytes) =>
      encode(ResourceTypeSchema, { ...fromBinary(ResourceTypeSchema, bytes), traits: [ResourceType_Trait.USER] }),
    ),
    ['error trait-missing'],
  ],
  [
    'an expansion without an id',
    sql("update v1_grants set expansion = x'', needs_expansion = 1 where id = 1"),
    ['error expansion'],
  ],
  [
    'an expansion flag without an expansion',
    sql('update v1_grants set needs_expansion = 1 where id = 1'),
    ['error needs-expansion'],
  ],
  [
    'a grant that keeps its expansion inside',
    data('v1_grants', (bytes) => {
      const grant = fromBinary(GrantSchema, bytes);
      grant.annotations.push(packAny(GrantExpandableSchema, { entitlementIds: ['group:ops:member'] }));
      return encode(GrantSchema, grant);
    }),
    ['warning expandable-inside'],
  ],
  [
    'a grant without its entitlement and principal',
    data('v1_grants', (bytes) => encode(GrantSchema, create(GrantSchema, { id: fromBinary(GrantSchema, bytes).id }))),
    ['warning slim-grant'],
  ],
  [
    'fields in another order',
    data('v1_grants', (bytes) => {
      const { id } = fromBinary(GrantSchema, bytes);
      const idField = encode(GrantSchema, create(GrantSchema, { id }));
      return Buffer.concat([idField, bytes.subarray(0, bytes.length - idField.length)]);
    }),
    ['warning encoding'],
  ],
  [
    'one id in two rows',
    sql(
      'drop index idx_resources_parent_resource_id_v1; insert into v1_resources (resource_type_id, external_id, data, sync_id, discovered_at) select resource_type_id, external_id, data, sync_id, discovered_at from v1_resources where id = 1; update v1_sync_runs set stats = null',
    ),
    ['error id-twice', 'error index-missing'],
  ],
  [
    'an exclusion group with two defaults',
    (db) => {
      const insert = db.prepare(
        'insert into v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at) select ?, ?, ?, ?, sync_id, started_at from v1_sync_runs',
      );
      for (const slug of ['reader', 'writer']) {
        const held = entitlement(resource('group', 'ops'), slug);
        held.annotations.push(packAny(EntitlementExclusionGroupSchema, { exclusionGroupId: 'level', isDefault: true }));
        insert.run('group', 'ops', held.id, encode(EntitlementSchema, held));
      }
      db.exec('update v1_sync_runs set stats = null');
    },
    ['error exclusion-group'],
  ],
];

for (const [broken, change, rules] of cases) {
  test(`finds ${broken}`, async (t) => assert.deepEqual(await violatedBy(t, change), [...rules].sort()));
}

test('says once who holds the same three times, with all rows', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  const again = (
    id: string,
  ) => `insert into v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
    principal_resource_id, external_id, data, sync_id, discovered_at) select resource_type_id, resource_id, entitlement_id,
    principal_resource_type_id, principal_resource_id, '${id}', data, sync_id, discovered_at from v1_grants where id = 1;`;
  alter(t, path, sql(`${again('second')} ${again('third')} update v1_sync_runs set stats = null`));
  const twice = (await findingsOf(path)).filter(({ rule }) => rule === 'grant-twice');
  assert.equal(twice.length, 1);
  assert.match(twice[0]?.where ?? '', /^v1_grants rows 1, \d+, \d+$/);
});

test('finds who holds the same twice in a file without the index for it', async (t) => {
  const rules = await violatedBy(
    t,
    sql(
      "drop index idx_grants_entitlement_id_principal_id_v1; update v1_grants set principal_resource_id = 'person-1' where id = 1",
    ),
  );
  assert.ok(rules.includes('error grant-twice'), rules.join());
});

test('checks the rows of one sync alone when it is named, and refuses one that is not there', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  const first = await writeAccount(path);
  const second = await writeAccount(path);
  alter(t, path, (db) =>
    db
      .prepare(
        "update v1_grants set external_id = 'other' where id = (select min(id) from v1_grants where sync_id = ?)",
      )
      .run(first),
  );
  const differs = async (syncId: string): Promise<string[]> => {
    const rules: string[] = [];
    await verifyC1z(path, { syncId, report: ({ rule }) => rules.push(rule) });
    return rules.filter((rule) => rule === 'column-differs');
  };
  assert.deepEqual([await differs(first), await differs(second)], [['column-differs'], []]);
  await assert.rejects(verifyC1z(path, { syncId: 'none', report: () => undefined }), { code: Code.NotFound });
});

test('an open file is checked without unpacking it again, and says the same', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  alter(t, path, sql("delete from v1_resources where external_id = 'user:person-2'"));
  const file = await openC1zReader(path);
  const findings: Finding[] = [];
  const summary = await file.verify({ report: (finding) => findings.push(finding) });
  await file.close();
  assert.deepEqual(findings, await findingsOf(path));
  assert.deepEqual(summary, await verifyC1z(path, { report: () => undefined }));
});

test('finds nothing in a file of our own', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  assert.deepEqual(await findingsOf(path), []);
});

test('names the row, the sync and the place where the demand is written', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  const syncId = await writeAccount(path);
  alter(
    t,
    path,
    sql("delete from v1_resources where external_id = 'user:person-2'; update v1_sync_runs set stats = null"),
  );
  const found = (await findingsOf(path)).find(({ severity }) => severity === 'error');
  assert.deepEqual(found, {
    severity: 'error',
    rule: 'grant-principal-missing',
    source: 'c1z-format.md §6 I9',
    where: 'v1_grants row 3 (group:ops:member:user:person-2)',
    syncId,
    message: 'the principal user person-2 is not in the sync',
  });
});

test('lets a grant that brings its resources name an entitlement that is not in the file', async (t) => {
  const rules = await violatedBy(t, (db) => {
    db.exec('delete from v1_entitlements; update v1_sync_runs set stats = null; delete from v1_grants where id > 1');
    data('v1_grants', (bytes) => {
      const grant = fromBinary(GrantSchema, bytes);
      grant.annotations.push(packAny(InsertResourceGrantsSchema, {}));
      return encode(GrantSchema, grant);
    })(db);
  });
  assert.deepEqual(rules, []);
});

test('lets an unfinished sync name what it has not read yet', async (t) => {
  const rules = await violatedBy(
    t,
    sql(
      "delete from v1_resources where external_id = 'user:person-2'; update v1_sync_runs set ended_at = null, stats = null, ingest_invariant_generation = '', ingest_invariant_coverage = '', ingest_invariant_mode = ''",
    ),
  );
  assert.deepEqual(rules, []);
});

test('finds a second zstd frame and a frame without a checksum', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  const database = zstdDecompressSync(readFileSync(path).subarray(5));
  const half = database.length >> 1;
  const frames = [database.subarray(0, half), database.subarray(half)].map((part) => zstdCompressSync(part));
  writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), ...frames]));
  const rules = (await findingsOf(path)).map(({ rule }) => rule);
  assert.ok(rules.includes('several-frames'), rules.join());
  assert.ok(rules.includes('frame-without-checksum'), rules.join());
});

test('finds a database that is flagged as WAL', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  const database = zstdDecompressSync(readFileSync(path).subarray(5));
  database[18] = database[19] = 2;
  writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), zstdCompressSync(database)]));
  assert.ok((await findingsOf(path)).some(({ rule }) => rule === 'wal-flag'));
});

test('finds a damaged page inside the database', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path, 2000);
  const database = zstdDecompressSync(readFileSync(path).subarray(5));
  database.fill(0xff, database.length - 4096);
  writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), zstdCompressSync(database)]));
  assert.ok((await findingsOf(path)).some(({ rule }) => rule === 'database-damaged'));
});

test('counts a missing file as one without syncs', async (t) => {
  const summary = await verifyC1z(join(scratch(t), 'none.c1z'), { report: () => assert.fail() });
  assert.deepEqual(summary, { errors: 0, warnings: 0, syncs: 0, hasContent: false });
});

test('refuses a file that is no .c1z', async (t) => {
  const path = join(scratch(t), 'a.c1z');
  writeFileSync(path, 'hello');
  await assert.rejects(verifyC1z(path, { report: () => assert.fail() }), { code: Code.InvalidArgument });
});

test('finds no error in any file that the Go tools wrote', async (t) => {
  const sample = fixture(t, 'go-export.v1.c1z');
  if (sample === undefined) return;
  for (const name of readdirSync(dirname(sample)).filter((one) => one.endsWith('.v1.c1z'))) {
    const findings = await findingsOf(join(dirname(sample), name));
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
      name,
    );
    if (name === 'go-export.v1.c1z') assert.deepEqual(findings, []);
  }
});

test('leaves nothing behind in the temporary folder', async (t) => {
  const tempDir = scratch(t);
  const path = join(scratch(t), 'a.c1z');
  await writeAccount(path);
  await verifyC1z(path, { report: () => undefined, tempDir });
  assert.deepEqual(readdirSync(tempDir), []);
});

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packAny } from '@baton-ts/protocol/annotations';
import { GrantSchema, InsertResourceGrantsSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { Code } from '@baton-ts/protocol/errors';
import { fromBinary } from '@bufbuild/protobuf';
import { openC1zReader } from '../open-reader.ts';
import { alter, fixture, scratch, writeAccount } from '../testing.ts';
import type { Finding } from './finding.ts';
import { brokenFiles, data, sql } from './testing-broken-files.ts';
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
  const findings = await findingsOf(path);
  return [...new Set(findings.map(({ severity, rule }) => `${severity} ${rule}`))].sort();
}

for (const [broken, change, rules] of brokenFiles) {
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

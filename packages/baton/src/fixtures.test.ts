import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, type TestContext, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import {
  EntitlementListOutputSchema,
  GrantListOutputSchema,
  ResourceAccessListOutputSchema,
  ResourceListOutputSchema,
  ResourceTypeListOutputSchema,
  SyncListOutputSchema,
} from '@baton-ts/protocol/baton-v1';
import { EntitlementSchema, GrantSchema, ResourceSchema, ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import { SyncRunSchema } from '@baton-ts/protocol/reader-v2';
import { registry } from '@baton-ts/protocol/registry';
import { type DescMessage, fromBinary, fromJsonString } from '@bufbuild/protobuf';
import { baton, scratchFolder } from './testing/program.ts';

// What baton prints of files that the Go tools wrote, held against the messages of baton.v1 and the rows of the file.

const samples = join(import.meta.dirname, '../../../../shared/fixtures/c1z');
const golden = join(import.meta.dirname, 'golden/go-export.json.txt');
const skip = existsSync(samples) ? false : `the sample files are not at ${samples}`;
const goExport = join(samples, 'go-export.v1.c1z');
const folder = scratchFolder({ after });

const outputs: readonly (readonly [args: readonly string[], schema: DescMessage])[] = [
  [['resource-types'], ResourceTypeListOutputSchema],
  [['resources'], ResourceListOutputSchema],
  [['entitlements'], EntitlementListOutputSchema],
  [['grants', '--limit', '3000'], GrantListOutputSchema],
  [['principals'], ResourceListOutputSchema],
  [['access', '-t', 'user', '-r', 'user-0000099'], ResourceAccessListOutputSchema],
  [['syncs'], SyncListOutputSchema],
  [['stats'], SyncRunSchema],
];

for (const [args, schema] of outputs) {
  test(`${args[0]} -o json is one compact ${schema.typeName}, nothing more and nothing else`, { skip }, async () => {
    const printed = await json(goExport, args);
    // Unknown names are refused here; written again the document is the same to the byte.
    assert.equal(toProtoJson(schema, fromJsonString(schema, printed, { registry })), printed);
    isGolden(args[0] ?? '', printed);
  });
}

test('every row of the file is in the JSON, in stored order, field by field', { skip }, async (t) => {
  const db = unpacked(t, goExport);
  const compare = async (command: string, part: string, table: string, schema: DescMessage) => {
    const list: unknown = Object.values(JSON.parse(await json(goExport, [command])))[0];
    assert.ok(Array.isArray(list));
    const shown = list.map((row: Record<string, unknown>) => row[part]);
    const stored = db.prepare(`select data from ${table} order by id`).all();
    assert.equal(shown.length, stored.length);
    for (const [index, { data }] of stored.entries()) {
      assert.ok(data instanceof Uint8Array);
      assert.deepEqual(shown[index], JSON.parse(toProtoJson(schema, fromBinary(schema, data))));
    }
  };
  await compare('resource-types', 'resourceType', 'v1_resource_types', ResourceTypeSchema);
  await compare('resources', 'resource', 'v1_resources', ResourceSchema);
  await compare('entitlements', 'entitlement', 'v1_entitlements', EntitlementSchema);
});

test('grants are joined with entitlement, resource, type and principal, fully loaded', { skip }, async (t) => {
  const db = unpacked(t, goExport);
  const { grants } = JSON.parse(await json(goExport, ['grants', '-e', 'group:group-everyone:member']));
  const rows = db
    .prepare("select data from v1_grants where entitlement_id = 'group:group-everyone:member' order by id")
    .all();
  assert.equal(grants.length, rows.length);
  const { principal } = grants[0];
  const stored = db
    .prepare('select data from v1_resources where external_id = ?')
    .get(`${principal.id.resourceType}:${principal.id.resource}`);
  assert.ok(stored?.['data'] instanceof Uint8Array && rows[0]?.['data'] instanceof Uint8Array);
  assert.deepEqual(principal, JSON.parse(toProtoJson(ResourceSchema, fromBinary(ResourceSchema, stored['data']))));
  const { annotations: _, ...grant } = grants[0].grant;
  const { annotations: __, ...raw } = JSON.parse(toProtoJson(GrantSchema, fromBinary(GrantSchema, rows[0]['data'])));
  assert.deepEqual(grant, raw);
});

test('a file with nothing but an old unfinished sync shows nothing, says so, and shows it when it is named', {
  skip,
}, async () => {
  const path = join(samples, 'unexpanded.v1.c1z');
  const [without, syncs] = await Promise.all([
    baton(['grants', '-f', path, '-o', 'json']),
    baton(['syncs', '-f', path, '-o', 'json']),
  ]);
  assert.deepEqual([without.exitCode, without.stdout], [0, '{}']);
  assert.match(without.stderr, /holds no sync that could be shown/);
  const [{ id }] = JSON.parse(syncs.stdout).syncs;
  const named = await baton(['grants', '-f', path, '-o', 'jsonl', '--sync-id', id]);
  assert.equal(named.stdout.trimEnd().split('\n').length, 2909);
  assert.match(named.stderr, /^note: sync \w+ did not finish/);
});

test('a v3 file is named, with what to do', { skip }, async () => {
  const { exitCode, stderr } = await baton(['stats', '-f', join(samples, 'pebble.v3.c1z')]);
  assert.equal(exitCode, 9);
  assert.match(stderr, /v3 container \(engine pebble2\), not supported; sync again with the sqlite storage engine/);
});

async function json(path: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await baton([...args, '-f', path, '-o', 'json']);
  assert.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
}

/** The samples stay where they are: of each document only its digest, its length and its beginning are kept. */
function isGolden(command: string, printed: string): void {
  const digest = createHash('sha256').update(printed).digest('hex');
  const line = `${command}  ${printed.length} characters, sha256 ${digest}\n  ${printed.slice(0, 300)}\n`;
  const before = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
  if (process.env['GOLDEN'] === 'write' && !before.includes(line)) writeFileSync(golden, before + line);
  assert.ok(readFileSync(golden, 'utf8').includes(line), `golden/go-export.json.txt does not hold:\n${line}`);
}

function unpacked(t: TestContext, path: string): DatabaseSync {
  const copy = join(folder, 'db');
  writeFileSync(copy, zstdDecompressSync(readFileSync(path).subarray(5)));
  const db = new DatabaseSync(copy);
  t.after(() => db.close());
  return db;
}

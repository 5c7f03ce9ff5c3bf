import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import type { SyncWriter } from '@baton-ts/c1z';
import { EntitlementSchema, type Grant, GrantImmutableSchema, GrantSchema } from '@baton-ts/protocol/connector-v2';
import { fromBinary } from '@bufbuild/protobuf';
import { hasAnnotation } from '../../model/annotations.ts';
import { forEachPage } from '../pages.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { expandGrants } from './expand.ts';
import { ExpandableGrants } from './expandable-grants.ts';

const files = fileURLToPath(new URL('../../../../../../shared/fixtures/c1z/', import.meta.url));

/** Rows of a file whose expansions are still inside `data`, as the older Go SDK wrote it. */
function read(name: string): SyncWriter {
  const image = zstdDecompressSync(readFileSync(join(files, name)).subarray(5));
  // The files are flagged as WAL databases without a WAL.
  image.set([1, 1], 18);
  const folder = mkdtempSync(join(tmpdir(), 'expand-'));
  writeFileSync(join(folder, 'db'), image);
  const database = new DatabaseSync(join(folder, 'db'), { readOnly: true });
  const blobs = (table: string) =>
    database
      .prepare(`select data from ${table} order by id`)
      .all()
      .map(({ data }) => {
        assert.ok(data instanceof Uint8Array);
        return data;
      });
  const writer = new MemoryStore().startSync({ syncType: 'full' });
  writer.putEntitlements(blobs('v1_entitlements').map((data) => fromBinary(EntitlementSchema, data)));
  writer.putGrants(blobs('v1_grants').map((data) => fromBinary(GrantSchema, data)));
  database.close();
  rmSync(folder, { recursive: true });
  return writer;
}

/** Without `is_direct`: the SDK that wrote the file did not know that field. */
function facts(writer: SyncWriter): Map<string, unknown> {
  const all = new Map<string, unknown>();
  for (let cursor: number | undefined = 0; cursor !== undefined; ) {
    const page: { readonly rows: readonly Grant[]; readonly next: number | undefined } = writer.grants({ cursor });
    for (const row of page.rows) {
      all.set(row.id, {
        entitlement: row.entitlement?.id,
        principal: `${row.principal?.id?.resourceType} ${row.principal?.id?.resource}`,
        sources: Object.keys(row.sources?.sources ?? {}).toSorted(),
        immutable: hasAnnotation(row.annotations, GrantImmutableSchema),
      });
    }
    cursor = page.next;
  }
  return all;
}

test('expanding a file of the Go SDK gives the grants and sources that the Go SDK gave', {
  skip: existsSync(files) ? false : 'the sample files are not there',
}, async () => {
  const writer = read('unexpanded.v1.c1z');
  const expandable = new ExpandableGrants();
  forEachPage(
    (cursor) => writer.grants({ cursor }),
    (rows) => expandable.add(rows),
  );
  await expandGrants(writer, expandable, { warn: () => {}, afterBatch: async () => {} });
  const ours = facts(writer);
  assert.equal(ours.size, 14_981);
  assert.deepEqual(ours, facts(read('expanded.v1.c1z')));
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ExpandableGrants, expandGrants, openC1zReader, type SyncReader } from '@baton-ts/c1z';
import { GrantImmutableSchema } from '@baton-ts/protocol/connector-v2';
import { hasAnnotation } from '../model/annotations.ts';
import { forEachPage } from './pages.ts';
import { withWriter } from './testing/c1z-files.ts';

const files = fileURLToPath(new URL('../../../../../shared/fixtures/c1z/', import.meta.url));

/** The one sync of a file of the Go SDK; in the unexpanded file it is unfinished and old. */
async function readSample<T>(name: string, use: (sync: SyncReader) => Promise<T>): Promise<T> {
  const file = await openC1zReader(join(files, name));
  try {
    const sync = file.reader(file.runs()[0]?.syncId);
    assert.ok(sync);
    return await use(sync);
  } finally {
    await file.close();
  }
}

/** Without `is_direct`: the SDK that wrote the file did not know that field. */
async function facts(sync: SyncReader): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>();
  await forEachPage(
    (cursor) => sync.grants({ cursor }),
    (rows) => {
      for (const row of rows) {
        all.set(row.id, {
          entitlement: row.entitlement?.id,
          principal: `${row.principal?.id?.resourceType} ${row.principal?.id?.resource}`,
          sources: Object.keys(row.sources?.sources ?? {}).toSorted(),
          immutable: hasAnnotation(row.annotations, GrantImmutableSchema),
        });
      }
    },
  );
  return all;
}

test(
  'expanding a file of the Go SDK gives the grants and sources that the Go SDK gave',
  { skip: existsSync(files) ? false : 'the sample files are not there' },
  () =>
    withWriter(async (writer) => {
      const expandable = new ExpandableGrants();
      await readSample('unexpanded.v1.c1z', async (sync) => {
        await forEachPage(
          (cursor) => sync.entitlements({ cursor }),
          (rows) => writer.putEntitlements(rows),
        );
        await forEachPage(
          (cursor) => sync.grants({ cursor }),
          (rows) => {
            writer.putGrants(rows);
            expandable.add(rows);
          },
        );
      });
      await writer.buildIndexes();
      await expandGrants(writer, expandable, { warn: () => {}, afterBatch: async () => {}, pause: async () => {} });
      const ours = await facts(writer);
      assert.equal(ours.size, 14_981);
      assert.deepEqual(ours, await readSample('expanded.v1.c1z', facts));
    }),
);

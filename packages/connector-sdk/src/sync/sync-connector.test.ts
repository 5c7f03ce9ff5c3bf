import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../logger.ts';
import { grant } from '../model/entitlement.ts';
import type { SyncSnapshot } from './options.ts';
import { syncInto, withC1z } from './testing/c1z-files.ts';
import { rowsOf, run, runInto } from './testing/run-sync.ts';
import { ann, assigned, bob, onePage, smallConnector } from './testing/small-connector.ts';

test('everything the connector has is in the finished sync', async () => {
  const { file, result } = await run(smallConnector({}));
  assert.deepEqual(rowsOf(file), {
    resources: ['role:admin', 'user:ann', 'user:bob'],
    entitlements: ['role:admin:assigned'],
    grants: ['role:admin:assigned:user:ann'],
  });
  assert.deepEqual(result.warnings, []);
});

test('a second sync tells what was added, removed and changed since the first, and the first tells nothing', () =>
  withC1z(async (path) => {
    assert.equal((await runInto(path, smallConnector({}))).result.changes, undefined);
    const renamed = { ...bob, displayName: 'Robert' };
    const { result } = await runInto(
      path,
      smallConnector({
        user: { list: () => onePage([ann, renamed]) },
        role: { grants: () => onePage([grant(assigned, renamed)]) },
      }),
      { keepSyncCount: 1 },
    );
    assert.deepEqual(result.changes, {
      resources: { added: {}, removed: {}, changed: { user: 1 } },
      entitlements: { added: {}, removed: {}, changed: {} },
      grants: { added: { role: 1 }, removed: { role: 1 }, changed: {} },
    });
  }));

test('progress tells the step and the rows', async () => {
  const seen: SyncSnapshot[] = [];
  await withC1z((path) =>
    syncInto(path, {
      connector: smallConnector({}),
      logger: silentLogger,
      signal: new AbortController().signal,
      progress: { update: (snapshot) => seen.push(snapshot) },
    }),
  );
  assert.deepEqual(
    [...new Set(seen.map(({ step }) => step))],
    ['resource types', 'resources', 'entitlements', 'grants', 'expansion', 'checks', 'saving'],
  );
  assert.equal(seen.at(-1)?.grants, 1);
});

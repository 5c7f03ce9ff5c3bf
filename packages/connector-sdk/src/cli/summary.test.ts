import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncChanges, SyncStats } from '@baton-ts/c1z';
import { type SyncSummary, summaryJson, summaryText } from './summary.ts';

function statsOf(people: number, grants: number): SyncStats {
  return {
    resourceTypes: 1,
    resources: people,
    entitlements: 0,
    grants,
    resourcesByResourceType: { person: people },
    entitlementsByResourceType: {},
    grantsByResourceType: { person: grants },
  };
}
const none = { added: {}, removed: {}, changed: {} };
const changes: SyncChanges = {
  resources: { added: { person: 5 }, removed: { person: 2 }, changed: { person: 1 } },
  entitlements: none,
  grants: { ...none, removed: { person: 1200, group: 3 } },
};
const summary: SyncSummary = {
  file: 'sync.c1z',
  syncId: 'abc',
  resumed: false,
  stats: statsOf(1200, 5),
  changes,
  warnings: ['people have no photos'],
  requests: 42,
  elapsedMs: 1234,
};

test('the table shows counts and what was added, removed and changed', () => {
  const text = summaryText(summary);
  assert.match(text, /person +1,200 \(\+5 −2 ~1\) +0 +5 \(−1,200\)/);
  assert.match(text, /total .* 5 \(−1,203\)/);
  assert.match(text, /In brackets: added \+, removed −, changed ~ since the previous sync/);
  assert.match(text, /Warning: people have no photos/);
  assert.match(text, /Wrote sync.c1z: 42 requests, 1\.2 s\./);
});

test('a type of which nothing is left is shown with what went away', () => {
  assert.match(summaryText(summary), /group +0 +0 +0 \(−3\)/);
});

test('a sync like the one before says that nothing changed', () => {
  const text = summaryText({ ...summary, changes: { resources: none, entitlements: none, grants: none } });
  assert.match(text, /Nothing changed since the previous sync in the file\./);
});

test('the first sync in a file says nothing of changes', () => {
  assert.doesNotMatch(summaryText({ ...summary, changes: undefined }), /changed|\(/);
});

test('the JSON says the same, and says no change when there is nothing to compare with', () => {
  const grants = { count: 5, added: 0, removed: 1200, changed: 0 };
  assert.deepEqual(JSON.parse(summaryJson(summary)).byResourceType.person.grants, grants);
  assert.deepEqual(JSON.parse(summaryJson({ ...summary, changes: undefined })).total.grants, { count: 5 });
});

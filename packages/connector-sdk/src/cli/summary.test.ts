import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncStats } from '@baton-ts/c1z';
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
const summary: SyncSummary = {
  file: 'sync.c1z',
  syncId: 'abc',
  resumed: false,
  stats: statsOf(1200, 5),
  previous: statsOf(1197, 7),
  warnings: ['people have no photos'],
  requests: 42,
  elapsedMs: 1234,
};

test('the table shows counts and what changed', () => {
  const text = summaryText(summary);
  assert.match(text, /person +1,200 \(\+3\) +0 +5 \(−2\)/);
  assert.match(text, /Warning: people have no photos/);
  assert.match(text, /Wrote sync.c1z: 42 requests, 1\.2 s\./);
});

test('the JSON says the same, and says no change when there is nothing to compare with', () => {
  assert.deepEqual(JSON.parse(summaryJson(summary)).byResourceType.person.grants, { count: 5, change: -2 });
  assert.deepEqual(JSON.parse(summaryJson({ ...summary, previous: undefined })).total.grants, { count: 5 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncSnapshot } from '../sync/options.ts';
import { progressText } from './progress-line.ts';

const snapshot: SyncSnapshot = {
  step: 'grants',
  resources: 1234,
  entitlements: 5,
  grants: 678,
  rowsPerSecond: 99.6,
  doneByResourceType: new Map(),
  waiting: undefined,
};

test('the progress line tells the step, the counts and the rate', () => {
  assert.equal(progressText(snapshot, undefined), 'grants: 1,234 resources, 5 entitlements, 678 grants, 100/s');
});

test('what the client waits for comes before the counts, which a narrow terminal may cut', () => {
  assert.match(progressText(snapshot, 'rate limit, 23 s'), /^grants: waiting: rate limit, 23 s \(1,234 resources/);
});

test('what the sync itself waits for is told when the client waits for nothing', () => {
  const text = progressText({ ...snapshot, waiting: 'Unavailable, again in 3 s' }, undefined);
  assert.match(text, /waiting: Unavailable, again in 3 s/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectorLogLine, progressOf, progressWords } from './sync-progress.ts';

const line = (message: string, fields: ConnectorLogLine['fields'] = {}): ConnectorLogLine => ({
  level: 'info',
  message,
  fields,
});

for (const [said, words] of [
  [line('Task started', { task_type: 'sync_full' }), 'checking the key'],
  [line('Task started', { task_type: 'grant' }), undefined],
  [line('Synced resources', { resource_type_id: 'teammate', count: 60 }), 'reading teammates, 60'],
  [line('Synced resources', { resource_type_id: 'role', count: 2 }), undefined],
  [line('Syncing grants'), 'reading permissions'],
  [line('Synced grants', { resource_type_id: 'teammate', synced: 22, total: 31 }), 'reading permissions, 22 of 31'],
  [line('Syncing grants', { resource_type_id: 'teammate', synced: 7 }), 'reading permissions, 7'],
  [line('Synced grants', { resource_type_id: 'teammate', synced: '<b>', total: -1 }), undefined],
  [line('Sync uploaded', { bytes: 1 }), 'comparing and saving'],
  [line('toString'), undefined],
] as const) {
  test(`"${said.message}" ${JSON.stringify(said.fields)} means ${words ?? 'nothing'}`, () => {
    const progress = progressOf(said);
    assert.equal(progress && progressWords(progress), words);
  });
}

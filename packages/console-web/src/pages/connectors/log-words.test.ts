import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logWords } from './log-words.ts';

for (const [line, topic, text] of [
  ['Synced resources  resource_type_id=teammate  count=1060', 'teammates', '1,060 read'],
  ['Synced grants  resource_type_id=teammate  synced=22  total=31', 'teammates', 'who holds what: 22 of 31'],
  [
    'What the API key may do  holds=["teammates.read"]  lacks=["sso.teammates.update"]',
    'key',
    'accepted; has 1 of 2 rights that can be used; lacks sso.teammates.update',
  ],
  ['SendGrid account  username=northwind  plan=paid', 'key', 'account northwind, plan paid'],
  ['Connecting to localhost:8443', 'connection', 'Connecting to localhost:8443'],
  ['The sync failed: the API key lacks teammates.read.', 'key', 'The sync failed: the API key lacks teammates.read.'],
  ['A line that nobody knows  with=fields', 'sync', 'A line that nobody knows  with=fields'],
] as const) {
  test(`"${line}" is about ${topic}`, () => assert.deepEqual(logWords(line), { topic, text }));
}

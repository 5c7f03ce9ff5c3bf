import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorReason, pauseReason } from './connector-words.ts';

for (const [error, reason] of [
  ['The API key lacks teammates.read. Give it to the key in SendGrid.', 'the key lacks teammates.read'],
  ['The API key lacks teammates.read, api_keys.read. Give them.', 'the key lacks teammates.read, api_keys.read'],
  ['SendGrid does not accept the API key: it is wrong.', 'SendGrid does not accept the API key'],
  ['The file is empty. Sync again.', 'The file is empty'],
  ['x'.repeat(500), `${'x'.repeat(119)}…`],
] as const) {
  test(`"${error.slice(0, 40)}" is told as "${reason.slice(0, 40)}"`, () => {
    assert.equal(errorReason(error), reason);
  });
}

test('a pause names who and when', () => {
  assert.equal(pauseReason('Ann', Date.parse('2026-11-18T10:00:00Z')), 'by Ann, 18 Nov');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comingText, everyText } from './schedule-text.ts';

for (const [minutes, text] of [
  [45, 'Every 45 minutes'],
  [60, 'Every hour'],
  [720, 'Every 12 hours'],
  [1440, 'Every day'],
  [4320, 'Every 3 days'],
] as const) {
  test(`${minutes} minutes are "${text}"`, () => assert.equal(everyText({ kind: 'interval', minutes }), text));
}

for (const [cronSpec, text] of [
  ['0 6 * * *', 'Every day at 06:00 (Europe/Lisbon)'],
  ['30 18 * * 1-5', 'Monday to Friday at 18:30 (Europe/Lisbon)'],
  ['5 * * * *', 'Every hour, at 05 minutes past (Europe/Lisbon)'],
  ['0 */6 * * *', 'Every 6 hours, at 00 minutes past (Europe/Lisbon)'],
  ['0 6 1 * *', 'Cron 0 6 1 * * (Europe/Lisbon)'],
  ['nonsense', 'Cron nonsense (Europe/Lisbon)'],
] as const) {
  test(`${cronSpec} is "${text}"`, () =>
    assert.equal(everyText({ kind: 'cron', cronSpec, timezone: 'Europe/Lisbon' }), text));
}

test('a time that is to come is today, tomorrow, or a date', () => {
  const now = new Date(2026, 10, 24, 10, 41);
  assert.equal(comingText(new Date(2026, 10, 24, 11, 41), now), 'at 11:41');
  assert.equal(comingText(new Date(2026, 10, 25, 6, 0), now), 'tomorrow at 06:00');
  assert.equal(comingText(new Date(2026, 10, 27, 6, 0), now), 'Fri 27 Nov, 06:00');
});

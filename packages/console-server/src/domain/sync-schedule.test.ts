import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSyncMs, nextSyncsMs, scheduleProblem } from './sync-schedule.ts';

const at = (time: string) => Date.parse(time);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const cron = (cronSpec: string, timezone = 'Europe/Berlin') => ({ kind: 'cron' as const, cronSpec, timezone });

test('an interval counts from the last sync', () => {
  assert.equal(
    iso(nextSyncMs({ kind: 'interval', minutes: 45 }, at('2026-11-18T10:00:00Z'))),
    '2026-11-18T10:45:00.000Z',
  );
});

test('a cron line is read in its own time zone, in summer and in winter', () => {
  assert.equal(iso(nextSyncMs(cron('0 6 * * *'), at('2026-07-01T10:00:00Z'))), '2026-07-02T04:00:00.000Z');
  assert.equal(iso(nextSyncMs(cron('0 6 * * *'), at('2026-12-01T10:00:00Z'))), '2026-12-02T05:00:00.000Z');
});

test('an hour that the clock skips is not waited for until tomorrow', () => {
  const next = nextSyncMs(cron('30 2 * * *'), at('2026-03-28T12:00:00Z'));
  assert.equal(iso(next)?.slice(0, 10), '2026-03-29');
});

for (const [what, schedule, problem] of [
  ['every weekday at six', cron('0 6 * * 1-5'), undefined],
  ['every half hour', cron('*/30 * * * *'), undefined],
  ['every five minutes', cron('*/5 * * * *'), /at least 30 minutes/],
  ['twice within a quarter of an hour, once a day', cron('0,15 4 * * *'), /at least 30 minutes/],
  ['seconds', cron('* * * * * *'), /is no cron line/],
  ['words', cron('at noon'), /is no cron line/],
  ['a day that no month has', cron('0 0 31 2 *'), /never comes/],
  ['a zone that there is not', cron('0 6 * * *', 'Mars/Olympus'), /is no time zone/],
] as const) {
  test(`${what} ${problem === undefined ? 'can be kept' : 'is refused'}`, () => {
    const found = scheduleProblem(schedule, at('2026-11-18T10:00:00Z'));
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', problem);
  });
}

test('the next times of a schedule follow each other in its zone', () => {
  const next = nextSyncsMs(cron('0 6 * * 1-5'), at('2026-11-26T10:41:00Z'), 3);
  assert.deepEqual(next.map(iso), ['2026-11-27T05:00:00.000Z', '2026-11-30T05:00:00.000Z', '2026-12-01T05:00:00.000Z']);
});

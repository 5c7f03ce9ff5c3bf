import { type Schedule, schedule } from '@baton-ts/console-api';
import { Cron } from 'croner';

/** Where access is requested, an hour (`governance.md §2.2`). */
export const defaultSchedule: Schedule = { kind: 'interval', minutes: 60 };

/** The shortest time between two syncs of a schedule. */
export const SHORTEST_INTERVAL_MINUTES = 30;

const MINUTE_MS = 60_000;

/** A rate limit makes a sync of a large account take hours; one that takes longer does not end. */
export const LONGEST_SYNC_MS = 12 * 60 * MINUTE_MS;

/** So many runs of a cron schedule are looked at: a week of the densest one. */
const RUNS_CHECKED = 340;

export function readSchedule(json: string): Schedule {
  return schedule.parse(JSON.parse(json));
}

/** When the schedule asks for the next sync, in milliseconds since 1970, after the one that began at `fromMs`. */
export function nextSyncMs(schedule: Schedule, fromMs: number): number | null {
  if (schedule.kind === 'interval') return fromMs + schedule.minutes * MINUTE_MS;
  return cronOf(schedule).nextRun(new Date(fromMs))?.getTime() ?? null;
}

/** The next times at which the schedule asks for a sync. */
export function nextSyncsMs(schedule: Schedule, fromMs: number, count: number): number[] {
  const times: number[] = [];
  for (let at = nextSyncMs(schedule, fromMs); at !== null && times.length < count; at = nextSyncMs(schedule, at)) {
    times.push(at);
  }
  return times;
}

/** @returns what is wrong with the schedule, as a sentence; undefined when it can be kept */
export function scheduleProblem(schedule: Schedule, nowMs: number): string | undefined {
  if (schedule.kind === 'interval') return undefined;
  try {
    Intl.DateTimeFormat('en', { timeZone: schedule.timezone });
  } catch {
    return `"${schedule.timezone}" is no time zone. Write it like Europe/Berlin.`;
  }
  let runs: readonly Date[];
  try {
    runs = cronOf(schedule).nextRuns(RUNS_CHECKED, new Date(nowMs));
  } catch {
    return `"${schedule.cronSpec}" is no cron line. Write minute, hour, day, month and weekday, such as "0 6 * * 1-5".`;
  }
  if (runs.length === 0) return `"${schedule.cronSpec}" never comes. Write a time that does.`;
  const tooClose = runs.some((run, index) => {
    const next = runs[index + 1];
    return next !== undefined && next.getTime() - run.getTime() < SHORTEST_INTERVAL_MINUTES * MINUTE_MS;
  });
  return tooClose ? `Two syncs are at least ${SHORTEST_INTERVAL_MINUTES} minutes apart.` : undefined;
}

function cronOf({ cronSpec, timezone }: Schedule & { kind: 'cron' }): Cron {
  return new Cron(cronSpec, { timezone, mode: '5-part', paused: true });
}

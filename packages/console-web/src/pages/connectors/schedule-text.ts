import type { Connector, Schedule } from '@baton-ts/console-api';

/** `Every hour, next at 11:41`. */
export function scheduleText({ schedule, nextSyncAt }: Pick<Connector, 'schedule' | 'nextSyncAt'>): string {
  return nextSyncAt === null
    ? everyText(schedule)
    : `${everyText(schedule)}, next ${comingText(new Date(nextSyncAt), new Date())}`;
}

/** What a schedule asks for, in words where the cron line is one of the usual ones. */
export function everyText(schedule: Schedule): string {
  if (schedule.kind === 'interval') return intervalText(schedule.minutes);
  return `${cronText(schedule.cronSpec) ?? `Cron ${schedule.cronSpec}`} (${schedule.timezone})`;
}

function intervalText(minutes: number): string {
  if (minutes % 60 !== 0) return `Every ${minutes} minutes`;
  const hours = minutes / 60;
  if (hours % 24 === 0) return hours === 24 ? 'Every day' : `Every ${hours / 24} days`;
  return hours === 1 ? 'Every hour' : `Every ${hours} hours`;
}

const days: Readonly<Record<string, string>> = {
  '*': 'Every day',
  '1-5': 'Monday to Friday',
  '0': 'Every Sunday',
  '1': 'Every Monday',
  '2': 'Every Tuesday',
  '3': 'Every Wednesday',
  '4': 'Every Thursday',
  '5': 'Every Friday',
  '6': 'Every Saturday',
  '7': 'Every Sunday',
};

function cronText(line: string): string | undefined {
  const [minute = '', hour = '', day, month, weekday = ''] = line.trim().split(/\s+/);
  const when = days[weekday];
  if (!/^\d{1,2}$/.test(minute) || day !== '*' || month !== '*' || when === undefined) return undefined;
  const past = minute.padStart(2, '0');
  if (/^\d{1,2}$/.test(hour)) return `${when} at ${hour.padStart(2, '0')}:${past}`;
  const step = /^\*\/(\d{1,2})$/.exec(hour)?.[1];
  if (step !== undefined && weekday === '*') return `Every ${step} hours, at ${past} minutes past`;
  return hour === '*' && weekday === '*' ? `Every hour, at ${past} minutes past` : undefined;
}

/** A time that is to come: `at 11:41`, `tomorrow at 06:00`, `Fri 27 Nov, 06:00`. In the zone of the reader. */
export function comingText(at: Date, now: Date): string {
  const clock = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const day = at.toDateString();
  if (day === now.toDateString()) return `at ${clock}`;
  const tomorrow = new Date(now);
  tomorrow.setDate(now.getDate() + 1);
  if (day === tomorrow.toDateString()) return `tomorrow at ${clock}`;
  const date = at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
  return `${date}, ${clock}`;
}

/** The zone of all times on the page. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

import { BatonError, Code } from '@baton-ts/protocol/errors';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long an unfinished sync can be resumed, and how long it stands in for a finished one (`c1z-format.md §4.4`). */
export const RESUMABLE_FOR_MS = 7 * DAY_MS;

/**
 * The stored form of an instant: the wall clock of this host without a zone, fraction trimmed (`c1z-format.md §3.4`).
 *
 * @example formatTime(new Date(2026, 0, 2, 3, 4, 5, 60)) // '2026-01-02 03:04:05.06'
 */
export function formatTime(time: Date): string {
  const date = `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  const fraction = pad(time.getMilliseconds(), 3).replace(/0+$/, '');
  return fraction === '' ? `${date} ${clock}` : `${date} ${clock}.${fraction}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** Whether a time has the one layout that sorts as text: a space, no zone, at most nine fraction digits, none of them trailing zeros. */
export function isStoredTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{0,8}[1-9])?$/.test(text);
}

const STORED_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a stored time: space or `T`, optional seconds, fraction and zone. Without a zone it is this host's wall clock,
 * since that is how writers store it (`c1z-format.md §3.4`). Anything else is `DataLoss`.
 */
export function parseTime(text: string): Date {
  const match = STORED_TIME.exec(text);
  if (match === null) {
    throw new BatonError(Code.DataLoss, `the file holds “${text}” where a time belongs; sync again into a new file`);
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = match;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  if (zone === undefined) return new Date(...parts, milliseconds);
  return new Date(Date.UTC(...parts, milliseconds) - zoneOffsetMs(zone));
}

/** The nanoseconds within the second of a stored time, of which `parseTime` keeps the milliseconds. */
export function parseNanos(text: string): number {
  return Number((STORED_TIME.exec(text)?.[7] ?? '').padEnd(9, '0'));
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** A stored time moved by a span, in the stored layout; what is finer than a millisecond is dropped. */
export function shiftStoredTime(text: string, shiftMs: number): string {
  return formatTime(new Date(parseTime(text).getTime() + shiftMs));
}

import KSUID from 'ksuid';

/** The first instant that an id can hold (`c1z-format.md §3.4`). */
const EARLIEST_MS = 1_400_000_000_000;
const LATEST_MS = EARLIEST_MS + 0xffff_ffff * 1000;

/** The id of a sync that started then. @param payload 16 bytes that tell syncs of one second apart */
export function makeSyncId(startedAt: Date, payload: Buffer): string {
  return KSUID.fromParts(Math.min(LATEST_MS, Math.max(EARLIEST_MS, startedAt.getTime())), payload).string;
}

/** The time in a sync's id; the first one there can be for an id that is none. */
export function syncIdTime(id: string): Date {
  try {
    return KSUID.parse(id).date;
  } catch {
    return new Date(EARLIEST_MS);
  }
}

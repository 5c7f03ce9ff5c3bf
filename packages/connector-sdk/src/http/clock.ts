import { setTimeout as delay } from 'node:timers/promises';

/** Time as the HTTP client sees it, so that a test can let an hour pass at once. */
export interface Clock {
  /** Milliseconds that only ever grow, from an arbitrary start. */
  nowMs(): number;
  /** Milliseconds since 1970, as this machine believes. */
  wallMs(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal });
  },
};

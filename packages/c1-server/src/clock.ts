import { setTimeout as delay } from 'node:timers/promises';

/** Where the server's time comes from, so that a test can let ten minutes pass at once. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The longest wait that a timer of Node.js takes; beyond it the timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await delay(Math.min(ms, MAX_TIMER_MS), undefined, { signal, ref: false });
  },
};

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../http/clock.ts';

/** A clock that runs that many times as fast, for services that talk to real servers. Tokens see the true time. */
export function quickClock(speed: number): Clock {
  const startMs = performance.now();
  return {
    nowMs: () => (performance.now() - startMs) * speed,
    wallMs: () => Date.now(),
    async sleep(ms, signal) {
      await delay(ms / speed, undefined, { signal });
    },
  };
}

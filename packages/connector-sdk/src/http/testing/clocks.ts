import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/** The wall time at which these clocks start: a whole minute. */
export const startMs = Date.UTC(2026, 0, 1);

/** A clock on which every wait is over at once, for requests to a real server. */
export class ImpatientClock implements Clock {
  readonly waitsMs: number[] = [];
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return startMs + this.#nowMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await turnOfLoop();
    signal.throwIfAborted();
    this.waitsMs.push(ms);
    this.#nowMs += ms;
  }
}

/** A clock that goes on to the next wait's end when nothing else is left to do. */
export class VirtualClock implements Clock {
  readonly #waits: { readonly atMs: number; readonly end: () => void }[] = [];
  readonly #skewMs: number;
  #nowMs = 0;

  /** @param skewMs how far this machine's wall clock is ahead of the true one */
  constructor(skewMs = 0) {
    this.#skewMs = skewMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  trueWallMs(): number {
    return startMs + this.#nowMs;
  }

  wallMs(): number {
    return this.trueWallMs() + this.#skewMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wait = { atMs: this.#nowMs + Math.max(0, ms), end: resolve };
    this.#waits.push(wait);
    signal.addEventListener('abort', () => {
      const at = this.#waits.indexOf(wait);
      if (at !== -1) this.#waits.splice(at, 1);
      reject(signal.reason);
    });
    return promise;
  }

  /** Lets time pass until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const ended = (): void => {
      isDone = true;
    };
    work.then(ended, ended);
    for (;;) {
      await turnOfLoop();
      if (isDone) return work;
      const next = this.#waits.reduce(
        (first, wait) => (wait.atMs < first.atMs ? wait : first),
        this.#waits[0] ?? stuck(),
      );
      this.#waits.splice(this.#waits.indexOf(next), 1);
      this.#nowMs = next.atMs;
      next.end();
    }
  }
}

function stuck(): never {
  throw new Error('the work under test waits for something that no clock ends');
}

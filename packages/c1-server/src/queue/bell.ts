import type { Clock } from '../clock.ts';

/** Wakes those who wait for something to change under a key. */
export class Bell {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ringAll(): void {
    for (const key of this.#waiting.keys()) this.ring(key);
  }

  ring(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  /** Begins to listen at once: what rings between this call and `wait` is heard. */
  listen(key: string): Listener {
    const stop = new AbortController();
    const listeners = this.#waiting.get(key) ?? new Set();
    const wake = (): void => stop.abort();
    this.#waiting.set(key, listeners.add(wake));
    return {
      wait: async (ms, signal) => {
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
        try {
          await this.#clock.sleep(Math.max(0, ms), stop.signal);
        } catch (error) {
          if (!stop.signal.aborted) throw error;
        } finally {
          signal.removeEventListener('abort', wake);
        }
      },
      [Symbol.dispose]: () => {
        listeners.delete(wake);
        if (listeners.size === 0 && this.#waiting.get(key) === listeners) this.#waiting.delete(key);
      },
    };
  }
}

export interface Listener extends Disposable {
  /** Resolves when the bell rings, when the time is up, or when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Who waits for its turn. */
interface Waiter {
  readonly begin: () => void;
}

/**
 * One writer at a time for each target, in the order in which they came; different targets do not wait for each other.
 * Remembers a target only while somebody writes to it.
 */
export class WriterQueue {
  /** By target: those who wait while another one writes. */
  readonly #lines = new Map<string, Waiter[]>();

  /**
   * Does the work when it is its turn at every target.
   *
   * @param signal ends the wait; the work itself has to look after it
   */
  async run<T>(targets: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // In one order for everybody, so that no two wait for each other.
    const [target, ...others] = [...new Set(targets)].sort();
    if (target === undefined) return work();
    await this.#turn(target, signal);
    try {
      return await this.run(others, signal, work);
    } finally {
      this.#next(target);
    }
  }

  #turn(target: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const line = this.#lines.get(target);
    if (line === undefined) {
      this.#lines.set(target, []);
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      line.splice(line.indexOf(waiter), 1);
      reject(signal.reason);
    };
    const waiter: Waiter = {
      begin: () => {
        signal.removeEventListener('abort', leave);
        resolve();
      },
    };
    line.push(waiter);
    signal.addEventListener('abort', leave, { once: true });
    return promise;
  }

  #next(target: string): void {
    const next = this.#lines.get(target)?.shift();
    if (next === undefined) this.#lines.delete(target);
    else next.begin();
  }
}

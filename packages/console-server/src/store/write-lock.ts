import { BatonError, Code } from '@baton-ts/protocol/errors';
import { currentPatience } from './patience.ts';

/** When to try again. */
const RETRY_AFTER_MS = 15_000;

/** Lets one holder in at a time, in the order in which they came. */
export class WriteLock {
  readonly #waiting = new Set<() => void>();
  #isHeld = false;

  /** @throws BatonError `Unavailable` when it takes longer than `withPatience` allows */
  async hold(): Promise<void> {
    if (!this.#isHeld) {
      this.#isHeld = true;
      return;
    }
    const patience = currentPatience();
    if (patience !== undefined && patience.leftMs <= 0) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    if (patience === undefined) {
      await promise;
      return;
    }
    const startedMs = performance.now();
    const timer = setTimeout(() => {
      // Whoever has left the line has been let in.
      if (this.#waiting.delete(resolve)) reject(busy());
    }, patience.leftMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      patience.leftMs -= performance.now() - startedMs;
    }
  }

  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#isHeld = false;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function busy(): BatonError {
  return new BatonError(
    Code.Unavailable,
    'The console is writing a large sync, and nothing else can be saved meanwhile. Try again in a minute; reading goes on.',
    { retryAfterMs: RETRY_AFTER_MS },
  );
}

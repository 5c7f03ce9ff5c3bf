import type { Clock } from '../http/clock.ts';

/**
 * A signal that follows another one, except while a change is being written: then it waits, so that the change can be read
 * back and nobody is left with a doubt. The wait has a limit.
 */
export class HeldBackAbort {
  readonly #asked: AbortSignal;
  readonly #controller = new AbortController();
  readonly #ended = new AbortController();
  readonly #clock: Clock;
  readonly #graceMs: number;
  #isHeld = false;

  constructor(asked: AbortSignal, clock: Clock, graceMs: number) {
    this.#asked = asked;
    this.#clock = clock;
    this.#graceMs = graceMs;
    if (asked.aborted) this.#abort();
    else asked.addEventListener('abort', this.#onAsked, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on an abort waits. */
  hold(): void {
    this.#isHeld = true;
  }

  [Symbol.dispose](): void {
    this.#asked.removeEventListener('abort', this.#onAsked);
    this.#ended.abort();
  }

  readonly #onAsked = (): void => {
    if (!this.#isHeld) return this.#abort();
    this.#clock.sleep(this.#graceMs, this.#ended.signal).then(
      () => this.#abort(),
      () => {},
    );
  };

  #abort(): void {
    this.#controller.abort(this.#asked.reason);
  }
}

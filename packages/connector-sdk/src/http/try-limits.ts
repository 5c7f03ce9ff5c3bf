/** Ends a try when its caller gives up or its time has run out, and leaves no listener behind. */
export class TryLimits {
  readonly timeoutMs: number;
  timedOut = false;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #giveUp = (): void => this.#controller.abort(this.#caller.reason);

  constructor(caller: AbortSignal, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#caller = caller;
    caller.addEventListener('abort', this.#giveUp, { once: true });
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#controller.abort();
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#giveUp);
  }
}

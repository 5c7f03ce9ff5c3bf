/** Lets one holder in at a time, in the order in which they came. */
export class WriteLock {
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;

  async hold(): Promise<void> {
    if (!this.#isHeld) {
      this.#isHeld = true;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isHeld = false;
    else next();
  }
}

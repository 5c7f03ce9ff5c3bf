import { setImmediate as turnOfLoop } from 'node:timers/promises';

/** Heartbeats, health checks and signals wait for the main thread no longer than about this and one piece of work. */
const workMs = 25;

/** Lets everything else have its turn when work without waits has gone on for long. One serves all who work side by side. */
export class Breather {
  #sinceMs = performance.now();
  #turn: Promise<void> | undefined;

  /** Call it between pieces of work that take a few milliseconds each. */
  async pause(): Promise<void> {
    if (this.#turn === undefined && performance.now() - this.#sinceMs < workMs) return;
    this.#turn ??= this.#rest();
    await this.#turn;
  }

  async #rest(): Promise<void> {
    await turnOfLoop();
    this.#sinceMs = performance.now();
    this.#turn = undefined;
  }
}

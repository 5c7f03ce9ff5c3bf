/** Headers of one answer, and whether the request is over the limit. */
export interface RateVerdict {
  readonly isOver: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

/** Stands for "no limit": the headers are sent all the same, as the real service does. */
const unlimited = 1_000_000;

/** Fixed windows on the clock, one bucket for each key, method, route template and subuser (`sendgrid-api.md §3`). */
export class RateLimits {
  readonly #perWindow: number;
  readonly #windowMs: number;
  #window = -1;
  #used = new Map<string, number>();

  constructor(perWindow: number, windowMs: number) {
    this.#perWindow = perWindow === 0 ? unlimited : perWindow;
    this.#windowMs = windowMs;
  }

  take(bucket: string, nowMs: number): RateVerdict {
    const window = Math.floor(nowMs / this.#windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = new Map();
    }
    const used = (this.#used.get(bucket) ?? 0) + 1;
    this.#used.set(bucket, used);
    return {
      isOver: used > this.#perWindow,
      limit: this.#perWindow,
      remaining: Math.max(0, this.#perWindow - used),
      resetAtMs: (window + 1) * this.#windowMs,
    };
  }
}

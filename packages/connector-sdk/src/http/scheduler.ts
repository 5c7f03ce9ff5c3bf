import type { Clock } from './clock.ts';
import { RateLimit } from './rate-limit.ts';
import type { RateLimitAnswer } from './rate-limit-headers.ts';

export interface Turn {
  /** Names the rate limit. */
  readonly key: string;
  /** The place in the queue: lower goes first. A repeat keeps the place of its first try. */
  readonly place: number;
  readonly signal: AbortSignal;
  /** Told once for each wait that the limit imposes. */
  readonly onBlocked: (waitMs: number) => void;
}

/** The right to send one request; gives it back when the request has ended, with what its answer said. */
export type EndTurn = (answer: RateLimitAnswer | undefined) => void;

interface Waiter extends Turn {
  readonly begin: (end: EndTurn) => void;
  readonly fail: (reason: unknown) => void;
}

interface Bucket {
  readonly limit: RateLimit;
  readonly waiters: Waiter[];
  toldUntilMs: number;
}

/** Limits kept after their use; a route called on behalf of many others has one for each. */
const maxIdleBuckets = 1000;

/**
 * Decides which request goes next: the one that waited longest among those whose route's limit permits it, with at most
 * `concurrency` under way. A spent route does not hold the others back.
 */
export class Scheduler {
  readonly #concurrency: number;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #waiting = new Set<Bucket>();
  #underWay = 0;
  #alarm: { readonly atMs: number; readonly controller: AbortController } | undefined;

  constructor(concurrency: number, clock: Clock, random: () => number) {
    this.#concurrency = concurrency;
    this.#clock = clock;
    this.#random = random;
  }

  /** Resolves when the request may be sent. Rejects with the signal's reason. */
  async turn(turn: Turn): Promise<EndTurn> {
    turn.signal.throwIfAborted();
    const bucket = this.#bucketOf(turn.key);
    const { promise, resolve, reject } = Promise.withResolvers<EndTurn>();
    const waiter: Waiter = { ...turn, begin: resolve, fail: reject };
    const giveUp = (): void => {
      this.#leave(bucket, waiter);
      reject(turn.signal.reason);
    };
    turn.signal.addEventListener('abort', giveUp, { once: true });
    const next = bucket.waiters.findIndex((other) => other.place > turn.place);
    bucket.waiters.splice(next === -1 ? bucket.waiters.length : next, 0, waiter);
    this.#waiting.add(bucket);
    this.#pump();
    try {
      return await promise;
    } finally {
      turn.signal.removeEventListener('abort', giveUp);
    }
  }

  /** When the limit lets the next request through, at the earliest: milliseconds from now. */
  blockedMs(key: string): number {
    const nowMs = this.#clock.nowMs();
    return (this.#buckets.get(key)?.limit.blockedUntilMs(nowMs) ?? nowMs) - nowMs;
  }

  /** Fails all that wait. */
  close(reason: unknown): void {
    for (const bucket of this.#waiting) {
      for (const waiter of bucket.waiters.splice(0)) waiter.fail(reason);
    }
    this.#waiting.clear();
    this.#alarm?.controller.abort();
    this.#alarm = undefined;
  }

  #pump(): void {
    while (this.#underWay < this.#concurrency) {
      const nowMs = this.#clock.nowMs();
      let first: { readonly bucket: Bucket; readonly waiter: Waiter } | undefined;
      let nextMs = Number.POSITIVE_INFINITY;
      for (const bucket of this.#waiting) {
        const [waiter] = bucket.waiters;
        if (waiter === undefined) continue;
        const atMs = bucket.limit.permittedAtMs(nowMs);
        if (atMs > nowMs) {
          nextMs = Math.min(nextMs, atMs);
          tellBlocked(bucket, waiter, nowMs);
        } else if (first === undefined || waiter.place < first.waiter.place) {
          first = { bucket, waiter };
        }
      }
      if (first === undefined) return this.#setAlarm(nextMs, nowMs);
      this.#begin(first.bucket, first.waiter, nowMs);
    }
  }

  #begin(bucket: Bucket, waiter: Waiter, nowMs: number): void {
    this.#leave(bucket, waiter);
    this.#underWay += 1;
    const request = bucket.limit.sent(nowMs);
    let ended = false;
    waiter.begin((answer) => {
      if (ended) return;
      ended = true;
      this.#underWay -= 1;
      bucket.limit.ended(request, answer, this.#clock.nowMs());
      this.#pump();
    });
  }

  #leave(bucket: Bucket, waiter: Waiter): void {
    const at = bucket.waiters.indexOf(waiter);
    if (at !== -1) bucket.waiters.splice(at, 1);
    if (bucket.waiters.length === 0) this.#waiting.delete(bucket);
    if (this.#waiting.size === 0) this.#setAlarm(Number.POSITIVE_INFINITY, 0);
  }

  #setAlarm(atMs: number, nowMs: number): void {
    if (this.#alarm?.atMs === atMs) return;
    this.#alarm?.controller.abort();
    this.#alarm = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const alarm = { atMs, controller: new AbortController() };
    this.#alarm = alarm;
    this.#clock.sleep(atMs - nowMs, alarm.controller.signal).then(
      () => {
        if (this.#alarm === alarm) this.#alarm = undefined;
        this.#pump();
      },
      () => {},
    );
  }

  #bucketOf(key: string): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= maxIdleBuckets) this.#forgetIdle();
      bucket = { limit: new RateLimit(this.#random), waiters: [], toldUntilMs: 0 };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #forgetIdle(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, bucket] of this.#buckets) {
      if (bucket.waiters.length === 0 && bucket.limit.isIdle(nowMs)) this.#buckets.delete(key);
    }
  }
}

function tellBlocked(bucket: Bucket, waiter: Waiter, nowMs: number): void {
  const untilMs = bucket.limit.blockedUntilMs(nowMs);
  if (untilMs <= nowMs || untilMs === bucket.toldUntilMs) return;
  bucket.toldUntilMs = untilMs;
  waiter.onBlocked(untilMs - nowMs);
}

import { maxWaitMs, type RateLimitAnswer } from './rate-limit-headers.ts';

/** Spreads clients that share a limit over the start of a window; small beside the window of a minute. */
const jitterMs = 250;
/** How long one request may keep the others back while a limit is unknown; most answers take a third of a second. */
const probeMs = 2000;
/** The wait after a 429 that names no time; doubled with each further one. */
const blindWaitMs = 1000;

interface Window {
  readonly id: number | undefined;
  /** The lowest number left that an answer named: the server's latest count among the answers that arrived. */
  remaining: number;
  endsAtMs: number;
  readonly jitterMs: number;
}

/**
 * The limit of one route, learned from its answers. Assumes fixed windows, as `sendgrid-api.md §3` recorded them.
 *
 * Requests under way count against what is left, so that the limit is never overrun. While nothing is known (at the
 * start, after a window's end and after a 429) one request goes first and the others wait for its answer: if the window
 * turns out to be spent, that costs one 429 and not one for each.
 */
export class RateLimit {
  readonly #random: () => number;
  #window: Window | undefined;
  #lastWindowId: number | undefined;
  #isUnlimited = false;
  #hadWindow = false;
  #blockedUntilMs = 0;
  #refusals = 0;
  #underWay = 0;
  #probe: symbol | undefined;
  #probedAtMs: number | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether nothing would be lost by forgetting this limit. */
  isIdle(nowMs: number): boolean {
    return this.#underWay === 0 && this.blockedUntilMs(nowMs) <= nowMs && (this.#window?.endsAtMs ?? 0) <= nowMs;
  }

  /** When the next request may be sent, as far as is known now; an answer may change it. */
  permittedAtMs(nowMs: number): number {
    const blockedUntilMs = this.blockedUntilMs(nowMs);
    if (blockedUntilMs > nowMs) return blockedUntilMs;
    // A window whose end has passed says nothing about the one that has begun.
    if (this.#window !== undefined && nowMs >= this.#window.endsAtMs) this.#window = undefined;
    if (this.#window !== undefined) return this.#window.remaining > this.#underWay ? nowMs : this.#window.endsAtMs;
    if (this.#isUnlimited || this.#probedAtMs === undefined) return nowMs;
    return Math.max(nowMs, this.#probedAtMs + probeMs);
  }

  /** The end of a wait that no answer can shorten: the limit is spent, or the server asked to come back later. */
  blockedUntilMs(nowMs: number): number {
    const window = this.#window;
    const spentUntilMs = window !== undefined && window.remaining <= 0 ? window.endsAtMs + window.jitterMs : 0;
    return Math.max(nowMs, this.#blockedUntilMs, spentUntilMs);
  }

  /** @returns what names this request when it has ended */
  sent(nowMs: number): symbol {
    const request = Symbol('request');
    this.#underWay += 1;
    if (this.#window === undefined && !this.#isUnlimited) {
      this.#probe = request;
      this.#probedAtMs = nowMs;
    }
    return request;
  }

  /** @param answer undefined when there was none */
  ended(request: symbol, answer: RateLimitAnswer | undefined, nowMs: number): void {
    this.#underWay -= 1;
    if (request === this.#probe) this.#probedAtMs = undefined;
    if (answer === undefined) return;
    if (answer.status === 429) this.#refused(answer, nowMs);
    else this.#learn(answer, nowMs);
  }

  #refused(answer: RateLimitAnswer, nowMs: number): void {
    const blindMs = Math.min(blindWaitMs * 2 ** this.#refusals, maxWaitMs);
    this.#refusals += 1;
    const waitMs = answer.retryAfterMs ?? Math.max(answer.resetInMs ?? 0, blindMs);
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, nowMs + waitMs + this.#random() * jitterMs);
    this.#window = undefined;
    this.#isUnlimited = false;
    this.#hadWindow = true;
  }

  #learn({ remaining, resetInMs, windowId }: RateLimitAnswer, nowMs: number): void {
    this.#refusals = 0;
    if (remaining === undefined || resetInMs === undefined) {
      if (!this.#hadWindow) this.#isUnlimited = true;
      return;
    }
    const endsAtMs = nowMs + resetInMs;
    const current = this.#window;
    if (current !== undefined && isSame(current, windowId, nowMs)) {
      current.remaining = Math.min(current.remaining, remaining);
      // Each estimate is late by the way back and the cut second, so the earliest is the best.
      current.endsAtMs = Math.min(current.endsAtMs, endsAtMs);
      return;
    }
    // An answer from a window that has ended since.
    if (windowId !== undefined && this.#lastWindowId !== undefined && windowId < this.#lastWindowId) return;
    if (resetInMs === 0) {
      // The end named has passed: with some left it limits nothing, and the next answer names the next window.
      this.#isUnlimited = remaining > 0 && !this.#hadWindow;
      return;
    }
    this.#window = { id: windowId, remaining, endsAtMs, jitterMs: this.#random() * jitterMs };
    this.#lastWindowId = windowId ?? this.#lastWindowId;
    this.#hadWindow = true;
    this.#isUnlimited = false;
  }
}

/**
 * Without an id, a window lasts until the end that is known for it: an answer from the next one that comes earlier only
 * leaves the count too low until then.
 */
function isSame(window: Window, id: number | undefined, nowMs: number): boolean {
  return id !== undefined && window.id !== undefined ? id === window.id : nowMs < window.endsAtMs;
}

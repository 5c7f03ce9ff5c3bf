/** What an answer says about the limit of its route. */
export interface RateLimitAnswer {
  readonly status: number;
  /** Requests left in the window, as the server counted when it answered. */
  readonly remaining: number | undefined;
  /** The server's own number for the window, when it is an absolute time. */
  readonly windowId: number | undefined;
  /** Milliseconds until the window ends. Never less than the truth when the answer has a `Date`, which is cut to seconds. */
  readonly resetInMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** No window known is longer than a minute; a longer wait is a wrong clock or a wrong header (`sendgrid-api.md §3`). */
export const maxWaitMs = 120_000;
/** Below this, `X-RateLimit-Reset` counts the seconds left; above, since 1970. */
const firstEpochSecond = 1e9;

/** @param headers names in lower case */
export function readRateLimit(status: number, headers: ReadonlyMap<string, string>, wallMs: number): RateLimitAnswer {
  const serverMs = dateMs(headers.get('date')) ?? wallMs;
  const reset = count(headers.get('x-ratelimit-reset'));
  const isEpoch = reset !== undefined && reset >= firstEpochSecond;
  const resetInMs = reset === undefined ? undefined : clampWait(isEpoch ? reset * 1000 - serverMs : reset * 1000);
  return {
    status,
    remaining: count(headers.get('x-ratelimit-remaining')),
    windowId: isEpoch ? reset : undefined,
    resetInMs,
    retryAfterMs: retryAfter(headers.get('retry-after'), serverMs),
  };
}

function retryAfter(value: string | undefined, serverMs: number): number | undefined {
  const seconds = count(value);
  if (seconds !== undefined) return clampWait(seconds * 1000);
  const at = dateMs(value);
  return at === undefined ? undefined : clampWait(at - serverMs);
}

function clampWait(ms: number): number {
  return Math.min(Math.max(ms, 0), maxWaitMs);
}

function count(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

function dateMs(value: string | undefined): number | undefined {
  const ms = Date.parse(value ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

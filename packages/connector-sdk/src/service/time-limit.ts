/** Ends `work` after a time, with a `TimeoutError`, or when `stop` is aborted. */
export async function withTimeLimit<T>(
  limitMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  // Cleared, unlike that of `AbortSignal.timeout`: a service polls for months.
  const timer = setTimeout(() => limit.abort(new DOMException('the time limit ran out', 'TimeoutError')), limitMs);
  try {
    return await work(AbortSignal.any([stop, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}

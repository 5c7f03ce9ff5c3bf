import type { HttpRequest } from './http-client.ts';

/** With the waits below, a fault has to last some seconds, or five windows of a rate limit, to be reported. */
export const maxTries = 5;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** The contract's default: what is safe by HTTP's own rules, and what a 429 says was not done. */
export function mayRepeatByDefault(
  { method }: HttpRequest,
  { status }: { readonly status: number | undefined },
): boolean {
  if (status === 429) return true;
  if (method === 'POST' || method === 'PATCH') return false;
  if (status === 500) return method === 'GET';
  return status === undefined || status === 502 || status === 503 || status === 504;
}

/** The wait before the next try. Doubles each time; half of it is chance, so that callers that failed together part. */
export function retryWaitMs(triesMade: number, retryAfterMs: number | undefined, random: () => number): number {
  const stepMs = Math.min(firstWaitMs * 2 ** (triesMade - 1), longestWaitMs);
  return Math.max(stepMs * (0.5 + random() / 2), retryAfterMs ?? 0);
}

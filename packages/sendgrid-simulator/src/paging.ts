import { ApiError } from './api-error.ts';
import type { Call } from './call.ts';

/** Live default; the description says 500 (`sendgrid-api.md §4.3`). */
const defaultLimit = 50;
export const largestPage = 500;

/** The live service names one of its own hosts in the links: a client that follows them leaves. */
const foreignHost = 'http://teammates.internal.invalid';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly link: string;
}

export function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ApiError(400, `${name} must be a non-negative integer`, name);
}

export function offsetAndLimit({ query }: Call, fallback = defaultLimit): { offset: number; limit: number } {
  const limit = wholeNumber(query, 'limit', fallback);
  if (limit === 0) throw new ApiError(400, 'limit must be at least 1', 'limit');
  return { offset: wholeNumber(query, 'offset', 0), limit: Math.min(limit, largestPage) };
}

/** One page by `limit` and `offset`, with the `Link` header that goes with it. */
export function pageOf<T>(call: Call, path: string, rows: readonly T[]): Page<T> {
  const { offset, limit } = offsetAndLimit(call);
  const lastOffset = Math.max(0, Math.ceil(rows.length / limit) - 1) * limit;
  const link = (rel: string, at: number) =>
    `<${foreignHost}${path}?limit=${limit}&offset=${at}>; rel="${rel}"; title="${Math.floor(at / limit) + 1}"`;
  const links = [link('first', 0), link('last', lastOffset)];
  if (offset > 0) links.push(link('prev', Math.max(0, offset - limit)));
  if (offset + limit < rows.length) links.push(link('next', offset + limit));
  return { rows: rows.slice(offset, offset + limit), link: links.join(', ') };
}

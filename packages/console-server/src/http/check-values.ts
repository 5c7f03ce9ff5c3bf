import { BatonError, Code } from '@baton-ts/protocol/errors';

/** The deepest body of the contract has six levels. */
const MAX_DEPTH = 50;

/**
 * Refuses what no route can want and what would be a fault further on: PostgreSQL keeps no text with a zero byte, and
 * schemas go down into what is nested.
 *
 * @param values what a request brings: parameters, query, body
 * @throws BatonError `InvalidArgument`
 */
export function checkValues(values: readonly unknown[]): void {
  const left: { readonly value: unknown; readonly depth: number }[] = values.map((value) => ({ value, depth: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') checkText(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) {
      throw new BatonError(Code.InvalidArgument, `The request is nested deeper than ${MAX_DEPTH} levels.`);
    }
    for (const [key, inner] of Object.entries(value)) {
      checkText(key);
      left.push({ value: inner, depth: depth + 1 });
    }
  }
}

function checkText(text: string): void {
  if (!text.includes('\0')) return;
  throw new BatonError(Code.InvalidArgument, 'The request has a zero byte in a text. Leave it out.');
}

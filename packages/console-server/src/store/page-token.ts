import { createHash } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Sorting } from './paging.ts';

/** The row before the page. */
export interface PageStart {
  readonly key: string | number;
  readonly id: string | number;
}

/** Where a page begins, and how many rows its list had on the first one. */
export interface Position extends PageStart {
  readonly total: number;
  readonly isLowerBound: boolean;
}

/** What tells a list from others. */
export function listOf({ by, id, descending }: Sorting, of: unknown): string {
  const text = JSON.stringify([by, id, descending, of]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

export function writeToken(list: string, { key, id, total, isLowerBound }: Position): string {
  return Buffer.from(JSON.stringify([list, key, id, total, isLowerBound])).toString('base64url');
}

/** @throws BatonError `InvalidArgument` for a token that no page of this list gave */
export function readToken(token: string, expectedList: string): Position {
  const refused = new BatonError(
    Code.InvalidArgument,
    'The page token is not of this list. Take it from the page before, with the same filters and the same order.',
  );
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refused;
  }
  if (!Array.isArray(parts)) throw refused;
  const [list, key, id, total, isLowerBound] = parts as readonly unknown[];
  if (list !== expectedList || !isKey(key) || !isKey(id)) throw refused;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) throw refused;
  if (typeof isLowerBound !== 'boolean') throw refused;
  return { key, id, total, isLowerBound };
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' ? !value.includes('\0') : Number.isSafeInteger(value);
}

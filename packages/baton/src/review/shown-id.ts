import { createHash } from 'node:crypto';

/** An id as long as the format allows (`c1z-format.md §3.2`); what is longer is cut. */
const MAX_ID_CHARACTERS = 1024;

/**
 * The id as the page shows it. The id of an invitation is not shown: whoever knows it may be able to accept. The first
 * digits of its SHA-256 stand for it, so that somebody with the file can still find the row.
 */
export function shownId(id: string, isSecret: boolean): string {
  if (isSecret) return `sha256:${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
  return id.length <= MAX_ID_CHARACTERS ? id : `${id.slice(0, MAX_ID_CHARACTERS)}…`;
}

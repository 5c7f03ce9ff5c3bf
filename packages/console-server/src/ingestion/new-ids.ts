import { randomBytes } from 'node:crypto';
import KSUID from 'ksuid';

/**
 * Makes ids that sort in the order in which they were made, so that a hundred thousand rows are added at the end of each
 * index instead of all over it.
 */
export function newIds(nowMs: number): () => string {
  const payload = randomBytes(16);
  let made = 0;
  return () => {
    payload.writeUInt32BE(made, 12);
    made += 1;
    return KSUID.fromParts(nowMs, payload).string;
  };
}

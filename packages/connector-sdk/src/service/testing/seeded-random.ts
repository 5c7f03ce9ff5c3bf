import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';

/** Numbers from 0 to 1, from a seed that is printed, so that a failure can be repeated. */
export function seededRandom(t: TestContext): () => number {
  let state = randomBytes(4).readUInt32BE();
  t.diagnostic(`seed ${state}`);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

import type { TestContext } from 'node:test';

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another one in each run, unless `TEST_SEED` says which. Print it, so that a failure can be repeated. */
export function testSeed(): number {
  return Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
}

/** Random numbers for a test, whose seed is printed with it. */
export function randomNumbers(t: TestContext): () => number {
  const seed = testSeed();
  t.diagnostic(`seed ${seed} (repeat with TEST_SEED=${seed})`);
  return seededRandom(seed);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withTimeLimit } from './time-limit.ts';

/** Work that ends only when it is told to. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

test('work that takes too long is ended as such', async () => {
  await assert.rejects(withTimeLimit(1, new AbortController().signal, endless), { name: 'TimeoutError' });
});

test('work that is stopped ends with the reason of that', async () => {
  const stop = new AbortController();
  const work = withTimeLimit(60_000, stop.signal, endless);
  stop.abort(new Error('enough'));
  await assert.rejects(work, { message: 'enough' });
});

import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../../logger.ts';
import { syncInto } from './c1z-files.ts';
import { randomConnector } from './random-connector.ts';

/** Syncs the random connector of a seed slowly into a file, with a checkpoint after every few pages. */
const [path = '', seed = ''] = process.argv.slice(2);
let nowMs = 0;
const connector = randomConnector(Number(seed), async () => {
  nowMs += 4_000;
  process.stdout.write('.');
  await delay(3);
});
await syncInto(path, {
  connector,
  logger: silentLogger,
  signal: new AbortController().signal,
  options: { workers: 3 },
  clock: {
    now: () => nowMs,
    sleep: async (ms) => {
      await delay(ms);
    },
  },
});

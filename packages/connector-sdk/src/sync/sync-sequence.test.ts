import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { seededRandom } from '@baton-ts/protocol/testing/random-numbers';
import { silentLogger } from '../logger.ts';
import { readC1z, syncInto, withC1z } from './testing/c1z-files.ts';
import { randomConnector } from './testing/random-connector.ts';

const firstSeed = Number(process.env['TEST_SEED'] ?? 1);

/** One worker, nothing goes wrong. */
async function undisturbed(seed: number): Promise<readonly string[]> {
  return withC1z(async (path) => {
    await syncInto(path, {
      connector: randomConnector(seed),
      logger: silentLogger,
      signal: new AbortController().signal,
      options: { workers: 1 },
    });
    return (await readC1z(path)).bytes;
  });
}

for (let seed = firstSeed; seed < firstSeed + 6; seed++) {
  test(`a sync that fails, waits, stops and goes on has the rows of an undisturbed one (seed ${seed})`, async () => {
    const random = seededRandom(seed + 1_000);
    let nowMs = 0;
    await withC1z(async (path) => {
      for (let attempt = 1; ; attempt++) {
        const stop = new AbortController();
        const connector = randomConnector(seed, () => {
          nowMs += random() * 9_000;
          if (random() < 0.1) throw new BatonError(Code.Unavailable, 'come back later');
          if (random() < 0.02 && attempt < 20) throw new BatonError(Code.PermissionDenied, 'the key was revoked');
          if (random() < 0.03 && attempt < 20) stop.abort();
        });
        const clock = {
          now: () => nowMs,
          sleep: async (ms: number) => {
            nowMs += ms;
          },
        };
        const options = { workers: 1 + Math.floor(random() * 5) };
        try {
          await syncInto(path, { connector, logger: silentLogger, signal: stop.signal, clock, options });
          break;
        } catch (error) {
          assert.ok(BatonError.is(error) && (error.code === Code.PermissionDenied || error.code === Code.Canceled));
        }
      }
      const file = await readC1z(path);
      assert.deepEqual(file.bytes, await undisturbed(seed));
      assert.equal(file.runs.length, 1, 'it went on with the same sync');
    });
  });
}

test('a sync that is killed again and again ends with the rows of an undisturbed one', async (t) => {
  const seed = firstSeed;
  const random = seededRandom(seed + 2_000);
  const script = fileURLToPath(new URL('./testing/sync-to-be-killed.ts', import.meta.url));
  await withC1z(async (path) => {
    let kills = 0;
    for (;;) {
      const child = spawn(process.execPath, ['--conditions=x-source', script, path, String(seed)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'close');
      await Promise.race([once(child.stdout, 'data'), ended]);
      child.stdout.resume();
      if (kills < 6) {
        await delay(random() * 60);
        child.kill('SIGKILL');
      }
      const [code, signal] = await ended;
      if (signal === 'SIGKILL') {
        kills += 1;
        continue;
      }
      assert.equal(code, 0);
      break;
    }
    t.diagnostic(`seed ${seed}: killed ${kills} times`);
    const file = await readC1z(path);
    assert.deepEqual(file.bytes, await undisturbed(seed));
    assert.equal(file.runs.length, 1, 'it went on with the same sync');
  });
});

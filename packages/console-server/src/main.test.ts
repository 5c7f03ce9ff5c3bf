import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, testSeed } from '@baton-ts/protocol/testing/random-numbers';
import { command, cookieOfSignIn, ended, setUp, signIn, start } from './testing/console-process.ts';
import { tempFolder } from './testing/with-stores.ts';

const KILLS = 20;
/** In the middle of the sign-ins that are under way: each takes about a tenth of a second. */
const KILLED_WITHIN_MS = 400;

test('help explains the program without starting it', async (t) => {
  const { code, output } = await command(t, tempFolder(t), '--help');
  assert.equal(code, 0);
  assert.match(output, /audit verify/);
});

test('an unknown command is an error that says what to do', async (t) => {
  const { code, errors } = await command(t, tempFolder(t), 'strat');
  assert.equal(code, 2);
  assert.match(errors, /unknown command "strat"; --help lists the commands/);
});

test('a console that is asked to stop ends in peace', async (t) => {
  const dataDir = tempFolder(t);
  const { child, url } = await start(t, dataDir);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  child.kill('SIGTERM');
  assert.equal(await ended(child), 0);
});

test('the log verifies and nothing acknowledged is lost when the console is killed again and again', async (t) => {
  const dataDir = tempFolder(t);
  let acknowledged = '';
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = await start(t, dataDir);
    const { child } = running;
    const call = kill === 0 ? await setUp(running) : await signIn(running);
    if (kill > 0) {
      const { displayName } = (await call('GET', '/api/v1/settings/organization')) as { displayName: string };
      // The last one may have been kept without the answer having come.
      assert.ok(displayName >= acknowledged, `${displayName} is older than ${acknowledged}`);
    }
    const writing = (async () => {
      for (let number = 0; ; number += 1) {
        const displayName = `${String(kill).padStart(2, '0')}-${String(number).padStart(5, '0')}`;
        await call('POST', '/api/v1/settings/organization', { displayName });
        acknowledged = displayName;
        if (number === ((kill * 3) % 20) + 2) child.kill('SIGKILL');
      }
    })();
    await writing.catch(() => {});
    await ended(child);
  }
  const { code, output } = await command(t, dataDir, 'audit', 'verify');
  assert.equal(code, 0, output);
  assert.match(output, /The chain is whole/);
});

const seed = testSeed();

test(`who was signed in stays so when the console is killed among sign-ins (seed ${seed})`, async (t) => {
  const dataDir = tempFolder(t);
  const random = seededRandom(seed);
  let cookie = '';
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = await start(t, dataDir);
    const { child, url } = running;
    if (kill === 0) await setUp(running);
    if (cookie !== '') assert.equal((await fetch(`${url}/api/v1/session`, { headers: { cookie } })).status, 200);
    const timer = setTimeout(() => child.kill('SIGKILL'), random() * KILLED_WITHIN_MS);
    const signingIn = async () => {
      for (;;) cookie = await cookieOfSignIn(url);
    };
    await Promise.allSettled([signingIn(), signingIn()]);
    await ended(child);
    clearTimeout(timer);
  }
  const { code, output } = await command(t, dataDir, 'audit', 'verify');
  assert.equal(code, 0, output);
});

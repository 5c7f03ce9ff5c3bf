import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tempFolder } from './testing/with-stores.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const PASSWORD = 'four brown horses run';
const KILLS = 20;
/** In the middle of the sign-ins that are under way: each takes about a tenth of a second. */
const KILLED_WITHIN_MS = 400;

function run(t: TestContext, args: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=x-source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return { child, output: () => out, errors: () => err };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function command(t: TestContext, dataDir: string, ...words: readonly string[]) {
  const { child, output, errors } = run(t, [...words, '--data-dir', dataDir]);
  await once(child, 'close');
  return { code: child.exitCode, output: output(), errors: errors() };
}

/** A running console at a free port. */
async function start(t: TestContext, dataDir: string) {
  const { child, output, errors } = run(t, ['--data-dir', dataDir, '--http-port', '0', '--connector-port', '0']);
  while (!/The console is at/.test(output())) {
    assert.equal(child.exitCode, null, errors());
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
  const url = /The console is at (\S+)\//.exec(output())?.[1] ?? '';
  return { child, url, output };
}

async function setUp(url: string, output: () => string): Promise<Caller> {
  const token = /#(\S+)/.exec(output())?.[1];
  const response = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, email: 'ines@marlowe.example', displayName: 'Ines', password: PASSWORD }),
  });
  assert.equal(response.status, 200);
  return await caller(url, response);
}

async function signIn(url: string): Promise<Caller> {
  return await caller(url, await askToSignIn(url));
}

/** Only once the whole answer has come it counts. */
async function cookieOfSignIn(url: string): Promise<string> {
  const response = await askToSignIn(url);
  await response.text();
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function askToSignIn(url: string): Promise<Response> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ines@marlowe.example', password: PASSWORD }),
  });
  assert.equal(response.status, 200);
  return response;
}

type Caller = (method: string, path: string, body?: unknown) => Promise<unknown>;

async function caller(url: string, signedIn: Response): Promise<Caller> {
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const session = (await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()) as {
    csrfToken: string;
  };
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { cookie, 'x-csrf-token': session.csrfToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    return await response.json();
  };
}

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
    const { child, url, output } = await start(t, dataDir);
    const call = kill === 0 ? await setUp(url, output) : await signIn(url);
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

const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

test(`who was signed in stays so when the console is killed among sign-ins (seed ${seed})`, async (t) => {
  const dataDir = tempFolder(t);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  let cookie = '';
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { child, url, output } = await start(t, dataDir);
    if (kill === 0) await setUp(url, output);
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

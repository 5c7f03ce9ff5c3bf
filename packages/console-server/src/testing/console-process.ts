import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Of the first administrator, `ines@marlowe.example`. */
export const PASSWORD = 'four brown horses run';

/** Calls an API route as the person who is signed in. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** A console as a process of its own that listens at free ports. */
export interface RunningConsole {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
  readonly errors: () => string;
}

/** Asks a process to do something, and resolves when it has ended. */
export async function command(t: TestContext, dataDir: string, ...words: readonly string[]) {
  const { child, output, errors } = run(t, [...words, '--data-dir', dataDir]);
  await once(child, 'close');
  return { code: child.exitCode, output: output(), errors: errors() };
}

export async function start(t: TestContext, dataDir: string, ...flags: readonly string[]): Promise<RunningConsole> {
  const args = ['--data-dir', dataDir, '--http-port', '0', '--connector-port', '0', ...flags];
  const { child, output, errors } = run(t, args);
  while (!/The console is at/.test(output())) {
    assert.equal(child.exitCode, null, errors());
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  const url = /The console is at (\S+)\//.exec(output())?.[1] ?? '';
  return { child, url, output, errors };
}

export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Makes the first administrator by the link that the console printed. */
export async function setUp({ url, output }: RunningConsole): Promise<Caller> {
  const token = /#(\S+)/.exec(output())?.[1];
  const response = await post(`${url}/api/v1/setup`, {
    token,
    email: 'ines@marlowe.example',
    displayName: 'Ines',
    password: PASSWORD,
  });
  assert.equal(response.status, 200);
  return await caller(url, response);
}

export async function signIn({ url }: Pick<RunningConsole, 'url'>): Promise<Caller> {
  return await caller(url, await askToSignIn(url));
}

/** Only once the whole answer has come it counts. */
export async function cookieOfSignIn(url: string): Promise<string> {
  const response = await askToSignIn(url);
  await response.text();
  return cookieOf(response);
}

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

async function askToSignIn(url: string): Promise<Response> {
  const response = await post(`${url}/api/v1/session`, { email: 'ines@marlowe.example', password: PASSWORD });
  assert.equal(response.status, 200);
  return response;
}

async function caller(url: string, signedIn: Response): Promise<Caller> {
  const cookie = cookieOf(signedIn);
  const session = (await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()) as {
    csrfToken: string;
  };
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { cookie, 'x-csrf-token': session.csrfToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };
}

async function post(address: string, body: object): Promise<Response> {
  return await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

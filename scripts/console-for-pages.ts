import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { field } from './deploy/values.ts';

/** A running console with a synced account, as the pages expect it. */
export interface PageConsole {
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts the built console in a folder, makes the first administrator and an API key, and connects SendGrid.
 *
 * @param sendgrid the simulator
 */
export async function startPageConsole(
  bin: string,
  cwd: string,
  sendgrid: { readonly url: string; readonly apiKey: string },
): Promise<PageConsole> {
  const url = `http://localhost:${await freePort()}`;
  const child = spawn(process.execPath, [bin], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      BATON_CONSOLE_HTTP_PORT: new URL(url).port,
      BATON_CONSOLE_CONNECTOR_PORT: String(await freePort()),
      BATON_CONSOLE_SENDGRID_BASE_URL: sendgrid.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const token = await firstToken(child);
    const admin = { token, email: 'ines@example.com', displayName: 'Ines', password: 'four brown horses run' };
    const setUp = await ask(url, {}, 'POST', '/api/v1/setup', admin);
    const cookie = setUp.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const session: unknown = await (await ask(url, { cookie }, 'GET', '/api/v1/session')).json();
    const browser = { cookie, 'x-csrf-token': String(field(session, 'csrfToken')) };
    const call = async (method: string, path: string, body?: object): Promise<unknown> =>
      (await ask(url, browser, method, path, body)).json();
    const key = await call('POST', '/api/v1/iam/personal_clients', { displayName: 'script', expiresInDays: 30 });
    writeFileSync(join(cwd, 'client-secret'), String(field(key, 'clientSecret')), { mode: 0o600 });
    await connect(call, String(field(session, 'user', 'id')), sendgrid.apiKey);
    return {
      env: { CONSOLE: url, CLIENT_ID: String(field(key, 'client', 'clientId')) },
      close: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function connect(
  call: (method: string, path: string, body?: object) => Promise<unknown>,
  ownerId: string,
  apiKey: string,
): Promise<void> {
  const made = await call('POST', '/api/v1/connectors/create', {
    catalogId: 'sendgrid',
    displayName: 'Twilio SendGrid',
    app: { kind: 'new', displayName: 'SendGrid' },
    userIds: [ownerId],
  });
  const path = `/api/v1/apps/${String(field(made, 'connector', 'appId'))}/connectors/${String(field(made, 'connector', 'id'))}`;
  await call('POST', `${path}/config`, { values: {}, secrets: { 'sendgrid-api-key': apiKey } });
  for (;;) {
    const answer = await call('GET', path);
    const status = String(field(answer, 'connector', 'status'));
    if (status === 'CONNECTED') return;
    assert.equal(status, 'SYNCING', JSON.stringify(answer));
  }
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.equal(response.status, 200, `${method} ${path}: ${response.status}`);
  return response;
}

/** Of the link that the first start prints. */
async function firstToken(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
      child.emit('said');
    });
  }
  for (;;) {
    const token = /http:\S+#(\S+)/.exec(output)?.[1];
    if (token !== undefined) return token;
    assert.equal(child.exitCode, null, output);
    await Promise.race([once(child, 'said'), once(child, 'exit')]);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

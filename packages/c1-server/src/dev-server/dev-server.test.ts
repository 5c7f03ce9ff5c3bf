import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import {
  BatonActionStatus,
  CreateAccountResponseSchema,
  GetActionStatusResponseSchema,
  InvokeActionResponseSchema,
  CreateAccountResponse_SuccessResultSchema as SuccessSchema,
} from '@baton-ts/protocol/connector-v2';
import type { Task } from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import { connectClient, fetchToken, type TestClient } from '../testing/client.ts';
import { hello, tempFolder } from '../testing/harness.ts';
import { serve } from './serve.ts';

const main = join(import.meta.dirname, 'main.ts');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=x-source', main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

async function end(child: ChildProcess, input = ''): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  return { code, out, err };
}

interface DevServer {
  readonly dir: string;
  /** Everything it has printed so far. */
  readonly out: () => string;
  readonly client: TestClient;
  run(...args: string[]): Promise<Ended>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

async function startServer(t: TestContext, dir: string, ...args: string[]): Promise<Omit<DevServer, 'client'>> {
  const child = start(['--dir', dir, '--port', '0', ...args]);
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  t.after(() => child.kill('SIGKILL'));
  const endWith = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await once(child, 'exit');
  };
  while (!out.includes('Then type') && !out.includes('goes on')) {
    if (child.exitCode !== null) assert.fail(out);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    dir,
    out: () => out,
    run: (...words) => end(start([...words, '--dir', dir])),
    stop: () => endWith('SIGTERM'),
    kill: () => endWith('SIGKILL'),
  };
}

/** A server of the program, and a client that does as its greeting says. */
async function startAndConnect(t: TestContext): Promise<DevServer> {
  const server = await startServer(t, tempFolder(t));
  const setting = (name: string): string => new RegExp(`${name}='(.+)'`).exec(server.out())?.[1] ?? '';
  const [clientId, clientSecret] = [setting('BATON_CLIENT_ID'), setting('BATON_CLIENT_SECRET')];
  const ca = readFileSync(setting('NODE_EXTRA_CA_CERTS'), 'utf8');
  const url = `https://${/@(.+)\//.exec(clientId)?.[1]}`;
  const client = connectClient({ url, ca }, await fetchToken({ url, ca, credential: { clientId, clientSecret } }));
  t.after(() => client[Symbol.dispose]());
  await client.hello(hello('host-1'));
  return { ...server, client };
}

/** Does the next task, and gives what was asked. */
async function work(client: TestClient, response?: Any): Promise<Task> {
  const { task } = await client.getTask({ hostId: 'host-1' });
  assert.ok(task !== undefined);
  const value = response === undefined ? {} : { response };
  await client.finishTask({ hostId: 'host-1', taskId: task.id, finalState: { case: 'success', value } });
  return task;
}

test('the commands reach a connector, and say what came of it', async (t) => {
  const server = await startAndConnect(t);
  const { client } = server;

  const granting = server.run('grant', 'group:42:member', 'user', '7');
  const { taskType: grant } = await work(client);
  assert.ok(grant.case === 'grant');
  assert.equal(grant.value.entitlement?.id, 'group:42:member');
  assert.equal(grant.value.entitlement.slug, 'member');
  assert.equal(grant.value.entitlement.resource?.id?.resource, '42');
  assert.equal(grant.value.principal?.id?.resource, '7');
  const granted = await granting;
  assert.equal(granted.code, 0, granted.err);
  assert.match(granted.out, /Task \w{27} is queued\.\ngrant task \w{27} is done\.\n/);

  const revoking = server.run('revoke', 'group:42:member:user:7');
  const { taskType: revoke } = await work(client);
  assert.ok(revoke.case === 'revoke');
  assert.equal(revoke.value.grant?.id, 'group:42:member:user:7');
  assert.equal(revoke.value.grant.entitlement?.id, 'group:42:member');
  assert.equal(revoke.value.grant.principal?.id?.resourceType, 'user');
  assert.equal((await revoking).code, 0);

  const creating = server.run('create-account', 'ann@example.test', '--profile', '{"first_name": "Ann"}');
  const success = create(CreateAccountResponseSchema, {
    result: { case: 'success', value: create(SuccessSchema, { isCreateAccountResult: true }) },
  });
  const { taskType: account } = await work(client, anyPack(CreateAccountResponseSchema, success));
  assert.ok(account.case === 'createAccount');
  assert.deepEqual(account.value.accountInfo?.profile, { email: 'ann@example.test', first_name: 'Ann' });
  assert.match((await creating).out, /"isCreateAccountResult": true/);

  const deleting = server.run('delete', 'user', '7');
  const { task } = await client.getTask({ hostId: 'host-1' });
  assert.ok(task?.taskType.case === 'deleteResource');
  await client.finishTask({
    hostId: 'host-1',
    taskId: task.id,
    status: { code: 9, message: 'provisioning is not enabled' },
    finalState: { case: 'error', value: { nonRetryable: true } },
  });
  const refused = await deleting;
  assert.equal(refused.code, 9);
  assert.match(refused.out, /failed: provisioning is not enabled \(FailedPrecondition\)/);

  const tasks = await server.run('tasks');
  assert.match(tasks.out, /deleteResource +failed[^]+createAccount +finished[^]+revoke +finished[^]+grant +finished/);
  assert.match((await server.run('status')).out, /host-1: Demo \(demo 1\.0\.0\), last heard \d+ s ago/);
  assert.match((await server.run('status', task.id)).out, /"resourceType": "user"/);
});

test('an action is followed until it has ended', async (t) => {
  const server = await startAndConnect(t);
  const acting = server.run('action', 'reset', '{"user": "7"}');
  const running = create(InvokeActionResponseSchema, { id: 'a1', name: 'reset', status: BatonActionStatus.RUNNING });
  const { taskType } = await work(server.client, anyPack(InvokeActionResponseSchema, running));
  assert.ok(taskType.case === 'actionInvoke');
  assert.deepEqual(taskType.value.args, { user: '7' });
  const complete = create(GetActionStatusResponseSchema, { id: 'a1', status: BatonActionStatus.COMPLETE });
  const { taskType: asked } = await work(server.client, anyPack(GetActionStatusResponseSchema, complete));
  assert.ok(asked.case === 'actionStatus');
  assert.equal(asked.value.id, 'a1');
  const { code, out } = await acting;
  assert.equal(code, 0);
  assert.match(out, /BATON_ACTION_STATUS_COMPLETE/);
});

test('a task can be given as JSON', async (t) => {
  const server = await startAndConnect(t);
  const file = join(server.dir, 'task.json');
  writeFileSync(file, '{"skipGrants": true, "syncResourceTypeIds": ["user"]}');
  assert.equal((await server.run('sync', '--json', file, '--no-wait', '--debug')).code, 0);
  const { task } = await server.client.getTask({ hostId: 'host-1' });
  assert.ok(task?.taskType.case === 'syncFull');
  assert.equal(task.debug, true);
  assert.equal(task.taskType.value.skipGrants, true);
});

test('a server that starts again keeps its credential, and shows no secret', async (t) => {
  const dir = tempFolder(t);
  const first = await startServer(t, dir);
  const port = /localhost:(\d+)/.exec(first.out())?.[1] ?? '';
  await first.stop();
  const second = await startServer(t, dir, '--port', port);
  assert.match(second.out(), /The credential shown at an earlier start goes on: demo@localhost:\d+\/\w+\./);
  assert.doesNotMatch(second.out(), /secret-token/);
  await second.stop();
  const third = await startServer(t, dir, '--port', port, '--new-credential');
  assert.match(third.out(), /BATON_CLIENT_SECRET='secret-token:/);
  if (process.platform !== 'win32') {
    for (const name of ['key.pem', 'store.db', 'control.sock'])
      assert.equal(statSync(join(dir, name)).mode & 0o077, 0, name);
  }
  const other = await end(start(['--dir', dir, '--port', '0']));
  assert.equal(other.code, 9);
  assert.match(other.err, /A server runs in .* already/);
});

test('what was queued is there after the server was killed', async (t) => {
  const dir = tempFolder(t);
  const first = await startServer(t, dir);
  const port = /localhost:(\d+)/.exec(first.out())?.[1] ?? '';
  assert.equal((await first.run('hello', '--no-wait')).code, 0);
  await first.kill();
  const second = await startServer(t, dir, '--port', port);
  assert.match((await second.run('tasks')).out, /^\w{27}  hello +pending/);
});

test('the prompt takes the same commands, one a line', async (t) => {
  const input = new PassThrough();
  let out = '';
  input.end(`status\nhello --no-wait\ntasks\nsync 'open\nsynk\nhelp\nexit\nnever read\n`);
  const { signal } = new AbortController();
  const print = (text: string): void => void (out += text);
  const address = { port: 0, bind: '127.0.0.1', host: 'localhost' };
  await serve({ ...address, dir: tempFolder(t), newCredential: false, print, input, signal });
  const order = [
    /said hello yet/,
    /Task \w+ is queued/,
    /hello +pending/,
    /' is not closed/,
    /did you mean "sync"/,
    /Ask for/,
  ];
  let at = 0;
  for (const pattern of order) {
    const found = out.slice(at).search(pattern);
    assert.ok(found >= 0, `${pattern} in ${out.slice(at)}`);
    at += found;
  }
  assert.doesNotMatch(out, /never/);
});

test('a command without a server says how to start one', async (t) => {
  const { code, err } = await end(start(['sync', '--dir', tempFolder(t)]));
  assert.equal(code, 14);
  assert.match(err, /Start one with "baton-dev-server"/);
});

for (const [args, reason] of [
  [['synk'], /unknown command "synk"; did you mean "sync"\?/],
  [['sync', '--port', '1'], /--port is no flag of "sync"/],
  [['--port', '70000'], /--port must be 0 to 65535/],
  [['cancel'], /usage: cancel TASK/],
  [['grant', 'a', 'b', 'c', 'd'], /usage: grant ENTITLEMENT/],
  [['sync', '--json', '/nowhere.json'], /\/nowhere\.json that --json names cannot be read/],
] as const) {
  test(`"${args.join(' ')}" is refused with a hint`, async () => {
    const { code, err } = await end(start(args));
    assert.notEqual(code, 0);
    assert.match(err, reason);
  });
}

test('help and completion need no server', async () => {
  assert.match((await end(start(['--help']))).out, /Usage:[^]+create-account[^]+--new-credential/);
  assert.match((await end(start(['help', 'grant']))).out, /grant ENTITLEMENT PRINCIPAL_TYPE PRINCIPAL/);
  assert.match((await end(start(['completion', 'bash']))).out, /complete -F _baton_dev_server baton-dev-server/);
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  assert.equal((await end(start(['--version']))).out, `baton-dev-server version ${manifest.version}\n`);
});

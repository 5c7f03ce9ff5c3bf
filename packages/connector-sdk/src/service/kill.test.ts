import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskPayload, TaskView } from '@baton-ts/c1-server';
import { Code } from '@baton-ts/protocol/errors';
import { grant } from '../model/entitlement.ts';
import { userResource } from '../model/resource.ts';
import { assigned, userType } from '../sync/testing/small-connector.ts';
import { bundleLedgerService } from './testing/bundle-program.ts';
import { startC1, type TestC1, tempFolder, tls } from './testing/c1.ts';

const KILLS = 20;

const folder = mkdtempSync(join(tmpdir(), 'baton-ledger-'));
after(() => rmSync(folder, { recursive: true }));
const program = await bundleLedgerService(folder);

interface Files {
  readonly ledger: string;
  readonly env: Record<string, string>;
}

function filesFor(t: TestContext, c1: TestC1): Files {
  const folder = tempFolder(t);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, tls.ca);
  const ledger = join(folder, 'ledger');
  return {
    ledger,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_EXTRA_CA_CERTS: ca,
      XDG_STATE_HOME: folder,
      BATON_TMPDIR: folder,
      BATON_CLIENT_ID: c1.credential.clientId,
      BATON_CLIENT_SECRET: c1.credential.clientSecret,
      BATON_LEDGER_FILE: ledger,
      BATON_PROVISIONING: 'true',
      BATON_HOST_ID: 'host-1',
    },
  };
}

interface Program {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly connected: () => Promise<void>;
}

function startProgram(t: TestContext, { env }: Files): Program {
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part) => {
    text += String(part);
  });
  return {
    child,
    log: () => text,
    connected: async () => {
      while (!text.includes('"msg":"Connected to')) {
        if (child.exitCode !== null) assert.fail(`the program ended: ${text}`);
        await delay(2);
      }
    },
  };
}

const person = (name: string) => userResource({ type: userType, id: name, displayName: name });
const grantTo = (name: string): TaskPayload => ({
  case: 'grant',
  value: { entitlement: assigned, principal: person(name) },
});
const revokeFrom = (name: string): TaskPayload => ({ case: 'revoke', value: { grant: grant(assigned, person(name)) } });

test('killed at 20 random moments, the service loses no result and does nothing twice', async (t) => {
  let state = randomBytes(4).readUInt32BE();
  t.diagnostic(`seed ${state}`);
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  // What must not be done twice stays with a killed process until its lease ends.
  const c1 = await startC1(t, { limits: { maxAttempts: 100, retryDelayMs: 50, taskLeaseMs: 3000 } });
  const files = filesFor(t, c1);
  const asked: { readonly id: string; readonly effect: string }[] = [];
  const ask = async (payload: TaskPayload, effect: string): Promise<void> => {
    asked.push({ id: (await c1.server.enqueue(c1.credential.connectorId, payload)).id, effect });
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const letter of ['a', 'b', 'c']) await ask(grantTo(`${letter}${kill}`), `grant ${letter}${kill}`);
    await ask(revokeFrom(`gone${kill}`), '');
    await ask({ case: 'actionInvoke', value: { name: 'ring' } }, 'ring bell');
    if (kill % 5 === 0) await ask({ case: 'syncFull', value: {} }, '');
    const { child, connected } = startProgram(t, files);
    await connected();
    await delay(random() * 100);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const last = startProgram(t, files);
  const tasks = await Promise.all(asked.map(({ id }) => c1.server.waitFor(id, AbortSignal.timeout(30_000))));
  last.child.kill('SIGTERM');
  const [exitCode] = await once(last.child, 'exit');
  assert.equal(exitCode, 0, last.log());

  const effects = existsSync(files.ledger) ? readFileSync(files.ledger, 'utf8').trim().split('\n') : [];
  const grants = effects.filter((effect) => effect.startsWith('grant '));
  assert.deepEqual(grants.length, new Set(grants).size, 'a grant was made twice');
  for (const [index, task] of tasks.entries()) {
    const effect = asked[index]?.effect ?? '';
    if (task.type === 'actionInvoke')
      assert.ok(task.state === 'finished' || isUnknown(task), JSON.stringify(task.state));
    else assert.equal(task.state, 'finished', `${task.type}: ${task.reason ?? task.result?.status?.message}`);
    if (effect.startsWith('grant ')) assert.ok(grants.includes(effect), `the server was told of "${effect}"`);
  }
  const rings = effects.filter((effect) => effect === 'ring bell').length;
  const rung = tasks.filter(({ type, state: ended }) => type === 'actionInvoke' && ended === 'finished').length;
  assert.ok(rings >= rung && rings <= KILLS, `${rings} rings, ${rung} of them told`);
});

/** An action that was cut off: its connector says that nobody knows, or the server does not ask again. */
function isUnknown({ state, result, reason }: TaskView): boolean {
  return state === 'failed' && (result?.status?.code === Code.Aborted || reason !== undefined);
}

test('SIGTERM ends an idle service with 0 at once; without a server as well', async (t) => {
  const c1 = await startC1(t);
  const { child, connected } = startProgram(t, filesFor(t, c1));
  await connected();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await c1.stop();
  const lonely = startProgram(t, filesFor(t, c1));
  while (!lonely.log().includes('Not connected to')) await delay(2);
  lonely.child.kill('SIGINT');
  assert.deepEqual(await once(lonely.child, 'exit'), [0, null]);
});

test('the secret of another credential ends the program with 16 and says what to do', async (t) => {
  const c1 = await startC1(t);
  const other = await startC1(t);
  const files = filesFor(t, c1);
  const { child, log } = startProgram(t, {
    ...files,
    env: { ...files.env, BATON_CLIENT_SECRET: other.credential.clientSecret },
  });
  assert.deepEqual(await once(child, 'exit'), [16, null]);
  assert.match(log(), /Check that the client secret belongs to this client id/);
  assert.doesNotMatch(log(), new RegExp(other.credential.clientSecret));
});

for (const [what, change, message] of [
  [
    'a client id without a host',
    { BATON_CLIENT_ID: 'demo@acme' },
    /BATON_CLIENT_ID is not a client id: there is no "\/"/,
  ],
  ['a secret of three parts', { BATON_CLIENT_SECRET: 'a:b:v1' }, /client secret is malformed: it has 3 parts/],
  ['a client id without a secret', { BATON_CLIENT_SECRET: '' }, /BATON_CLIENT_ID is set, but no client secret/],
  ['a single run and a service at once', { BATON_REVOKE_GRANT: 'g' }, /BATON_REVOKE_GRANT asks for a single run/],
  ['no task at once', { BATON_TASK_CONCURRENCY: '0' }, /task-concurrency .*at least 1/],
] as const) {
  test(`${what} is refused with a plain sentence`, async (t) => {
    const c1 = await startC1(t);
    const files = filesFor(t, c1);
    const { child, log } = startProgram(t, { ...files, env: { ...files.env, ...change } });
    const [exitCode] = await once(child, 'exit');
    assert.notEqual(exitCode, 0);
    assert.match(log(), message);
  });
}

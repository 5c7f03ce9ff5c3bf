import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskPayload, TaskView } from '@baton-ts/c1-server';
import { Code } from '@baton-ts/protocol/errors';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { grant } from '../model/entitlement.ts';
import { userResource } from '../model/resource.ts';
import { assigned, userType } from '../sync/testing/small-connector.ts';
import { bundleLedgerService } from './testing/bundle-program.ts';
import { startC1 } from './testing/c1.ts';
import { filesFor, startProgram } from './testing/ledger-program.ts';

const KILLS = 20;

const folder = mkdtempSync(join(tmpdir(), 'baton-ledger-'));
after(() => rmSync(folder, { recursive: true }));
const program = await bundleLedgerService(folder);

const person = (name: string) => userResource({ type: userType, id: name, displayName: name });
const grantTo = (name: string): TaskPayload => ({
  case: 'grant',
  value: { entitlement: assigned, principal: person(name) },
});
const revokeFrom = (name: string): TaskPayload => ({ case: 'revoke', value: { grant: grant(assigned, person(name)) } });

test('killed at 20 random moments, the service loses no result and does nothing twice', async (t) => {
  const random = randomNumbers(t);
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
    const { child, connected } = startProgram(t, program, files);
    await connected();
    await delay(random() * 100);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const last = startProgram(t, program, files);
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

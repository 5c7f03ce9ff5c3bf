import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskPayload, TaskView } from '@baton-ts/c1-server';
import { GrantManagerServiceGrantResponseSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Connector } from '../connector.ts';
import { grant } from '../model/entitlement.ts';
import { ann, assigned, bob } from '../sync/testing/small-connector.ts';
import { startC1, type TestC1, tempFolder } from './testing/c1.ts';
import { ledgerConnector, memoryLedger } from './testing/ledger-connector.ts';
import { startService } from './testing/run-ledger-service.ts';

async function ask(c1: TestC1, payload: TaskPayload): Promise<TaskView> {
  const { id } = await c1.server.enqueue(c1.credential.connectorId, payload);
  return c1.server.waitFor(id);
}

const grantTo = (principal: typeof ann): TaskPayload => ({
  case: 'grant',
  value: { entitlement: assigned, principal },
});

test('a grant is made and its answer arrives', async (t) => {
  const c1 = await startC1(t);
  const ledger = memoryLedger();
  const service = startService(t, c1, ledgerConnector(ledger));
  const { state, result } = await ask(c1, grantTo(bob));
  await service.stop();
  assert.deepEqual([state, ledger.writes], ['finished', ['grant bob']]);
  const response = result?.finalState.case === 'success' ? result.finalState.value.response : undefined;
  assert.ok(response !== undefined);
  assert.deepEqual(
    anyUnpack(response, GrantManagerServiceGrantResponseSchema)?.grants.map(({ id }) => id),
    [grant(assigned, bob).id],
  );
});

test('every kind of work goes through: sync, revoke, actions, hello', async (t) => {
  const c1 = await startC1(t);
  const service = startService(t, c1, ledgerConnector(memoryLedger()));
  const payloads: readonly TaskPayload[] = [
    { case: 'syncFull', value: {} },
    { case: 'revoke', value: { grant: grant(assigned, ann) } },
    { case: 'actionListSchemas', value: {} },
    { case: 'actionInvoke', value: { name: 'ring' } },
    { case: 'hello', value: {} },
  ];
  const tasks = await Promise.all(payloads.map((payload) => ask(c1, payload)));
  await service.stop();
  assert.ok(tasks.every(({ state }) => state === 'finished'));
});

test('several tasks can be asked for at once', async (t) => {
  const c1 = await startC1(t);
  const service = startService(t, c1, ledgerConnector(memoryLedger()), { options: { several: true } });
  const tasks = await Promise.all(Array.from({ length: 12 }, () => ask(c1, { case: 'actionListSchemas', value: {} })));
  await service.stop();
  assert.ok(tasks.every(({ state }) => state === 'finished'));
});

test('a server that is not there yet is waited for', async (t) => {
  const c1 = await startC1(t);
  await c1.stop();
  const service = startService(t, c1, ledgerConnector(memoryLedger()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await c1.start();
  assert.equal((await ask(c1, grantTo(bob))).state, 'finished');
  await service.stop();
});

test('a server that was restarted is found again', async (t) => {
  const c1 = await startC1(t);
  const service = startService(t, c1, ledgerConnector(memoryLedger()));
  await ask(c1, grantTo(bob));
  await c1.stop();
  await c1.start();
  assert.equal((await ask(c1, grantTo(ann))).state, 'finished');
  await service.stop();
});

test('a credential that is rejected ends the service', async (t) => {
  const c1 = await startC1(t);
  const other = await startC1(t);
  const { ended } = startService(t, c1, ledgerConnector(memoryLedger()), { channel: { key: other.key } });
  await assert.rejects(ended, (error) => BatonError.is(error) && error.code === Code.Unauthenticated);
});

test('stopped before it was ever connected, the service ends without an error', async (t) => {
  const c1 = await startC1(t);
  await c1.stop();
  await startService(t, c1, ledgerConnector(memoryLedger())).stop();
});

/** A connector whose changes wait until the test lets them go on. */
function heldConnector(): { connector: Connector; begun: Promise<void>; release: () => void; writes: string[] } {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const ledger = memoryLedger();
  const connector = ledgerConnector({
    holds: (principal) => ledger.holds(principal),
    async write(change) {
      begun.resolve();
      await released.promise;
      await ledger.write(change);
    },
  });
  return { connector, begun: begun.promise, release: released.resolve, writes: ledger.writes };
}

test('stopping lets a change end and tells the server of it', async (t) => {
  const c1 = await startC1(t);
  const { connector, begun, release, writes } = heldConnector();
  const service = startService(t, c1, connector);
  const { id } = await c1.server.enqueue(c1.credential.connectorId, grantTo(bob));
  await begun;
  const stopped = service.stop();
  setImmediate(release);
  await stopped;
  assert.deepEqual([writes, (await c1.server.task(id)).state], [['grant bob'], 'finished']);
});

test('stopping ends a sync, which the server hears as cancelled and to be tried again', async (t) => {
  const c1 = await startC1(t, { limits: { retryDelayMs: 3_600_000 } });
  const begun = Promise.withResolvers<void>();
  const connector = ledgerConnector(memoryLedger());
  const [user, ...others] = connector.resourceTypes;
  assert.ok(user !== undefined);
  const waiting: Connector = {
    ...connector,
    resourceTypes: [
      {
        ...user,
        list: ({ signal }) =>
          new Promise((_, reject) => {
            begun.resolve();
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
      ...others,
    ],
  };
  const service = startService(t, c1, waiting);
  const { id } = await c1.server.enqueue(c1.credential.connectorId, { case: 'syncFull', value: {} });
  await begun.promise;
  await service.stop();
  const { result, state } = await c1.server.task(id);
  assert.equal(state, 'pending');
  assert.equal(result?.status?.code, Code.Canceled);
  assert.equal(result.finalState.case === 'error' && result.finalState.value.nonRetryable, false);
});

test('a result that the server could not hear arrives from the next run, and the grant is made once', async (t) => {
  const c1 = await startC1(t, {
    interceptors: [
      (next) => (request) => {
        if (request.method.name === 'FinishTask') throw new BatonError(Code.Unavailable, 'not now');
        return next(request);
      },
    ],
  });
  const stateDir = tempFolder(t);
  const ledger = memoryLedger();
  const first = startService(t, c1, ledgerConnector(ledger), { stateDir });
  const { id } = await c1.server.enqueue(c1.credential.connectorId, grantTo(bob));
  while (ledger.writes.length === 0) await new Promise(setImmediate);
  await first.stop();
  await c1.stop();
  await c1.start({ interceptors: [] });
  const second = startService(t, c1, ledgerConnector(ledger), { stateDir });
  assert.equal((await c1.server.waitFor(id)).state, 'finished');
  await second.stop();
  assert.deepEqual(ledger.writes, ['grant bob']);
});

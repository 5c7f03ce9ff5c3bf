import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { SyncStats } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Interceptor } from '@connectrpc/connect';
import type { Connector } from '../../connector.ts';
import { silentLogger } from '../../logger.ts';
import { grant } from '../../model/entitlement.ts';
import { readC1z } from '../../sync/testing/c1z-files.ts';
import { admin, ann, assigned, onePage, smallConnector } from '../../sync/testing/small-connector.ts';
import { noMetrics } from '../metrics.ts';
import { startTasks, type TaskRun, type TestService } from './testing/run-task.ts';

/** Tries are not repeated by the server: each test queues what it needs. */
const once = { limits: { maxAttempts: 1, heartbeatMs: 1_000 } };

async function uploaded({ task }: TaskRun) {
  assert.equal(task.state, 'finished', task.result?.status?.message ?? '');
  const [upload, ...more] = task.uploads;
  assert.ok(upload?.kind === 'c1z-v1' && more.length === 0);
  return readC1z(upload.path);
}

function nothingIsLeft({ context }: TestService): void {
  assert.deepEqual([...readdirSync(context.stateDir), ...readdirSync(context.tempDir ?? '')], []);
}

const status = ({ task }: TaskRun) => task.result?.status;

/** Fails at the list of grants, as often as it is said; counts how often resources are listed. */
function failing(failures: ((signal: AbortSignal) => Promise<void>)[]): { connector: Connector; listed: () => number } {
  let lists = 0;
  const connector = smallConnector({
    role: {
      list: () => {
        lists += 1;
        return onePage([admin]);
      },
      grants: async ({ signal }) => {
        await failures.shift()?.(signal);
        return onePage([grant(assigned, ann)]);
      },
    },
  });
  return { connector, listed: () => lists };
}

const fail = (error: BatonError) => async () => {
  throw error;
};
const goneAway = () => fail(new BatonError(Code.Unavailable, 'the target cannot be reached', { retryable: true }));

test('a full sync is uploaded, told without a response, and leaves nothing behind', async (t) => {
  const service = await startTasks(t, smallConnector({}), {}, once);
  const run = await service.run({ case: 'syncFull', value: {} });
  const file = await uploaded(run);
  assert.deepEqual(file.grants, ['role:admin:assigned:user:ann']);
  const state = run.task.result?.finalState;
  assert.ok(state?.case === 'success' && state.value.response === undefined);
  nothingIsLeft(service);
});

test('syncs are counted, with what they hold, those that fail as well', async (t) => {
  const counted: (number | undefined)[] = [];
  const metrics = { ...noMetrics, syncFinished: (stats?: SyncStats) => counted.push(stats?.grants) };
  const { connector } = failing([fail(new BatonError(Code.PermissionDenied, 'not for this key'))]);
  const service = await startTasks(t, connector, { metrics }, once);
  await service.run({ case: 'syncFull', value: {} });
  await service.run({ case: 'syncFull', value: {} });
  assert.deepEqual(counted, [undefined, 1]);
});

test('a sync that is due when the service stops is given back', async (t) => {
  const service = await startTasks(t, smallConnector({}), {}, once);
  const signal = AbortSignal.abort(new BatonError(Code.Canceled, 'the connector was stopped'));
  const run = await service.run({ case: 'syncFull', value: {} }, { signal });
  assert.deepEqual([status(run)?.code, status(run)?.message], [Code.Canceled, 'the connector was stopped']);
});

test('what the task leaves out is not in the file', async (t) => {
  const service = await startTasks(t, smallConnector({}), {}, once);
  const file = await uploaded(await service.run({ case: 'syncFull', value: { skipGrants: true } }));
  assert.deepEqual([file.entitlements.length, file.grants.length], [1, 0]);
  const resources = await uploaded(await service.run({ case: 'syncFull', value: { skipEntitlementsAndGrants: true } }));
  assert.equal(resources.runs[0]?.syncType, 'resources_only');
});

test("the task's resource types go before those of the command line", async (t) => {
  const service = await startTasks(t, smallConnector({}), { syncOptions: { syncResourceTypes: ['role'] } }, once);
  const byTask = await uploaded(await service.run({ case: 'syncFull', value: { syncResourceTypeIds: ['user'] } }));
  assert.deepEqual(byTask.resources, ['user:ann', 'user:bob']);
  const byFlag = await uploaded(await service.run({ case: 'syncFull', value: {} }));
  assert.deepEqual(byFlag.resources, ['role:admin']);
});

test('a resource type that does not exist is named', async (t) => {
  const service = await startTasks(t, smallConnector({}), {}, once);
  const run = await service.run({ case: 'syncFull', value: { syncResourceTypeIds: ['grup'] } });
  assert.equal(status(run)?.code, Code.InvalidArgument);
  assert.match(status(run)?.message ?? '', /invalid resource type 'grup' in filter/);
});

test('a targeted sync is a partial one with the resources named, each once', async (t) => {
  const service = await startTasks(t, smallConnector({ user: { get: async () => ann } }), {}, once);
  const run = await service.run({ case: 'syncFull', value: { targetedSyncResources: [ann, ann] } });
  const file = await uploaded(run);
  assert.deepEqual(
    file.runs.map(({ syncType }) => syncType),
    ['partial'],
  );
  nothingIsLeft(service);
});

test('with --skip-full-sync an empty finished full sync is uploaded, after the connector was validated', async (t) => {
  const service = await startTasks(t, smallConnector({}), { skipFullSync: true }, once);
  const file = await uploaded(await service.run({ case: 'syncFull', value: {} }));
  assert.deepEqual(
    file.runs.map(({ syncType, endedAt }) => [syncType, endedAt !== undefined]),
    [['full', true]],
  );
  assert.deepEqual(file.resources, []);
  const broken = {
    ...smallConnector({}),
    validate: () => Promise.reject(new BatonError(Code.Unauthenticated, 'the key is wrong')),
  };
  const run = await service.run({ case: 'syncFull', value: {} }, { connector: broken });
  assert.deepEqual([status(run)?.code, status(run)?.message], [Code.Unauthenticated, 'the key is wrong']);
  nothingIsLeft(service);
});

test('which kind of file there is, is said once', async (t) => {
  const lines: string[] = [];
  const logger = { ...silentLogger, info: (line: string) => lines.push(line) };
  const service = await startTasks(t, smallConnector({}), { logger }, once);
  for (const storageEngine of ['pebble', 'pebble', 'sqlite']) {
    await uploaded(await service.run({ case: 'syncFull', value: { storageEngine } }));
  }
  assert.equal(lines.filter((line) => line.includes('pebble')).length, 1);
});

test('a sync that failed for now is gone on with by the next task with the same options', async (t) => {
  const { connector, listed } = failing([goneAway()]);
  const service = await startTasks(t, connector, { syncOptions: { giveUpAfterMs: -1 } }, once);
  const first = await service.run({ case: 'syncFull', value: {} });
  assert.equal(status(first)?.code, Code.Unavailable);
  const state = first.task.result?.finalState;
  assert.ok(state?.case === 'error' && !state.value.nonRetryable);
  const file = await uploaded(await service.run({ case: 'syncFull', value: {} }));
  assert.equal(listed(), 1);
  assert.deepEqual([file.runs.length, file.grants.length], [1, 1]);
  nothingIsLeft(service);
});

test('a stopped service goes on with the sync even where only its state folder is left', async (t) => {
  const stop = new AbortController();
  const stopped = new BatonError(Code.Canceled, 'the connector was stopped');
  const { connector, listed } = failing([async () => stop.abort(stopped)]);
  const service = await startTasks(t, connector, {}, once);
  const first = await service.run({ case: 'syncFull', value: {} }, { signal: stop.signal });
  assert.deepEqual([status(first)?.code, status(first)?.message], [Code.Canceled, 'the connector was stopped']);
  assert.deepEqual(readdirSync(service.context.tempDir ?? ''), []);
  const file = await uploaded(await service.run({ case: 'syncFull', value: {} }));
  assert.equal(listed(), 1);
  assert.equal(file.runs.length, 1);
});

test('a sync with other options does not go on with it', async (t) => {
  const { connector, listed } = failing([goneAway()]);
  const service = await startTasks(t, connector, { syncOptions: { giveUpAfterMs: -1 } }, once);
  await service.run({ case: 'syncFull', value: {} });
  await uploaded(await service.run({ case: 'syncFull', value: { skipExpandGrants: true } }));
  assert.equal(listed(), 2);
});

test('data that contradicts itself is not to be sent for again, and nothing of it is kept', async (t) => {
  const service = await startTasks(t, smallConnector({ user: { list: () => onePage([]) } }), {}, once);
  const run = await service.run({ case: 'syncFull', value: {} });
  const state = run.task.result?.finalState;
  assert.ok(state?.case === 'error' && state.value.nonRetryable);
  nothingIsLeft(service);
});

test('a sync that cannot succeed leaves nothing behind', async (t) => {
  const { connector } = failing([fail(new BatonError(Code.PermissionDenied, 'the key may not read grants'))]);
  const service = await startTasks(t, connector, {}, once);
  const run = await service.run({ case: 'syncFull', value: {} });
  assert.deepEqual([status(run)?.code, status(run)?.message], [Code.PermissionDenied, 'the key may not read grants']);
  nothingIsLeft(service);
});

test('a task that the server has cancelled already is not begun and not told', async (t) => {
  const service = await startTasks(t, smallConnector({}), {}, once);
  const { server } = service.c1;
  // Between being handed out and being begun.
  const stop = server.subscribe((event) => {
    if (event.kind !== 'task' || event.task.state !== 'leased') return;
    stop();
    void server.cancel(event.task.id);
  });
  const { outcome } = await service.run({ case: 'syncFull', value: {} });
  assert.equal(outcome.kind, 'told');
  nothingIsLeft(service);
});

test('a sync that the server cancels stops, is told as cancelled, and is not kept', async (t) => {
  let cancel = async (): Promise<void> => {};
  const { connector } = failing([
    async (signal) => {
      await cancel();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  ]);
  // The second heartbeat comes as soon as the clock lets it.
  const due = Promise.withResolvers<void>();
  const clock = {
    nowMs: () => 0,
    wallMs: () => Date.now(),
    sleep: async (_ms: number, signal: AbortSignal) => {
      const stopped = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => stopped.reject(signal.reason));
      await Promise.race([due.promise, stopped.promise]);
    },
  };
  const service = await startTasks(t, connector, { clock }, once);
  const { server, credential } = service.c1;
  cancel = async () => {
    const [task] = await server.tasks(credential.connectorId);
    await server.cancel(task?.id ?? '');
    due.resolve();
  };
  const run = await service.run({ case: 'syncFull', value: {} });
  assert.deepEqual([status(run)?.code, status(run)?.message], [Code.Canceled, 'task was cancelled']);
  const state = run.task.result?.finalState;
  assert.ok(state?.case === 'error' && !state.value.nonRetryable);
  nothingIsLeft(service);
});

test('the server hears that the sync begins, gets the file, and hears that it is done', async (t) => {
  const calls: string[] = [];
  const log: Interceptor = (next) => async (request) => {
    calls.push(request.method.name);
    return next(request);
  };
  const service = await startTasks(t, smallConnector({}), {}, { ...once, interceptors: [log] });
  await uploaded(await service.run({ case: 'syncFull', value: {} }));
  assert.deepEqual(calls, ['GetTask', 'Heartbeat', 'UploadAsset', 'FinishTask']);
});

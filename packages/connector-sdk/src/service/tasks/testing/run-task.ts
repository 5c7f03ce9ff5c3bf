import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { C1ServerOptions, TaskPayload, TaskView } from '@baton-ts/c1-server';
import type { Connector } from '../../../connector.ts';
import { silentLogger } from '../../../logger.ts';
import { createProvisioner } from '../../../provision/create-provisioner.ts';
import { finishRequest } from '../../finish.ts';
import type { TaskContext, TaskOutcome } from '../../task-handler.ts';
import { channelTo, startC1, type TestC1, tempFolder } from '../../testing/c1.ts';
import { handleTask } from '../handle-task.ts';

export interface TaskRun {
  readonly outcome: TaskOutcome;
  /** As the server sees it afterwards. */
  readonly task: TaskView;
}

export interface TestService {
  readonly c1: TestC1;
  readonly context: TaskContext;
  /** Queues a task, takes it, carries it out, and tells the server how it ended. */
  run(payload: TaskPayload, changes?: Partial<TaskContext>): Promise<TaskRun>;
}

/** A server and what the handler of its tasks has at hand. */
export async function startTasks(
  t: TestContext,
  connector: Connector,
  changes: Partial<TaskContext> = {},
  server: Partial<C1ServerOptions> = {},
): Promise<TestService> {
  const c1 = await startC1(t, server);
  const { client } = channelTo(t, c1);
  const hostId = 'test-host';
  const context: TaskContext = {
    client,
    hostId,
    connector,
    provisioner: createProvisioner({ connector, logger: silentLogger }),
    provisioning: true,
    skipFullSync: false,
    tempDir: tempFolder(t),
    stateDir: tempFolder(t),
    syncOptions: {},
    logger: silentLogger,
    signal: new AbortController().signal,
    ...changes,
  };
  return {
    c1,
    context,
    async run(payload, changed = {}) {
      const { id } = await c1.server.enqueue(c1.credential.connectorId, payload);
      let task = (await client.getTask({ hostId })).task;
      // A task that was given back is due again a moment later.
      while (task?.id !== id) {
        await delay(1);
        task = (await client.getTask({ hostId })).task;
      }
      const outcome = await handleTask(task, { ...context, ...changed });
      if (outcome.kind !== 'told') {
        await client.finishTask(finishRequest({ hostId, taskId: id, outcome, wallMs: 0 }));
      }
      return { outcome, task: await c1.server.task(id) };
    },
  };
}

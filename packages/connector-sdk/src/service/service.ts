import { join } from 'node:path';
import type { ConnectorMetadata } from '@baton-ts/protocol/connector-v2';
import type { Task } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Clock } from '../http/clock.ts';
import type { ClientSecretKey } from '../provision/credentials/client-secret-key.ts';
import type { Channel } from './channel.ts';
import { cleanLeftovers } from './clean-leftovers.ts';
import { helloRequest, sayHello } from './hello.ts';
import { Outbox } from './outbox.ts';
import { ResultSender } from './result-sender.ts';
import { rpcError } from './rpc-error.ts';
import { sealingKey } from './sealed-file.ts';
import type { TaskContext, TaskHandler, TaskOutcome } from './task-handler.ts';
import { TaskLoop } from './task-loop.ts';
import { isChange, TaskRunner } from './task-runner.ts';

export interface ServiceOptions {
  readonly channel: Channel;
  /** The server's name, for messages. */
  readonly host: string;
  readonly key: Pick<ClientSecretKey, 'privateKey'>;
  readonly program: { readonly name: string; readonly version: string };
  readonly metadata: ConnectorMetadata;
  readonly context: Omit<TaskContext, 'signal' | 'client' | 'clock'>;
  /** Carries out every task but `hello`. */
  readonly handler: TaskHandler;
  /** Tasks carried out at once. */
  readonly concurrency: number;
  /** Ask for several tasks at once first. */
  readonly several: boolean;
  readonly clock: Clock;
  /** Called when the server has answered the first Hello. */
  readonly onConnected?: () => void;
}

/** A change that is under way when the service is to stop gets this long to end by itself. */
const changesMs = 30_000;
/** What has to be written down before the process ends: a checkpoint of a large sync. */
const savingMs = 15_000;
/** To tell the server of it; what it does not hear now it hears from the next run. */
const tellingMs = 10_000;

/**
 * Says hello, then works on tasks until `signal` is aborted; then stops in order: no new tasks, syncs end at a
 * checkpoint, changes end, the server hears of it all. Throws only when the server rejects the credential.
 */
export async function runService(options: ServiceOptions, signal: AbortSignal): Promise<void> {
  const { channel, host, key, program, metadata, handler, clock, concurrency, several } = options;
  const { client } = channel;
  const context = { ...options.context, client, clock };
  const { hostId, logger, stateDir, tempDir } = context;
  const hello = { client, host, clock, logger };
  try {
    await sayHello({ ...hello, request: helloRequest({ hostId, taskId: '', program, metadata }), signal });
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  options.onConnected?.();
  await cleanLeftovers({ stateDir, tempDir, logger, nowMs: clock.wallMs() });
  const outbox = await Outbox.open({
    folder: join(stateDir, 'results'),
    key: sealingKey(key.privateKey),
    clock,
    logger,
  });
  const sender = new ResultSender({ client, host, outbox, clock, logger });
  await sender.resume();

  const answer: TaskHandler = async (task, taskContext) => {
    if (task.taskType.case !== 'hello') return handler(task, taskContext);
    return answerHello(task, taskContext);
  };
  const runner = new TaskRunner({ handler: answer, context, outbox, sender, clock });
  const stopSyncs = new AbortController();
  const stopChanges = new AbortController();
  await runner.answerInterrupted();
  const loop = new TaskLoop({
    client,
    hostId,
    host,
    concurrency,
    several,
    run: (task) => runner.run(task, (isChange(task) ? stopChanges : stopSyncs).signal),
    isHeldUp: () => outbox.isFull,
    clock,
    logger,
  });

  const waiting = await loop.run(signal);
  const stopped = new BatonError(Code.Canceled, 'the connector was stopped', { retryable: true });
  if (loop.runningCount > 0) logger.info('Stopping, once the tasks under way have ended', { tasks: loop.runningCount });
  stopSyncs.abort(stopped);
  await Promise.all(waiting.map(({ id }) => runner.tell(id, { kind: 'error', error: stopped, nonRetryable: false })));
  if (!(await within(loop.idle(), changesMs, clock))) {
    logger.warn(`Tasks that are still under way after ${changesMs / 1000} s are broken off`, {
      tasks: loop.runningCount,
    });
    stopChanges.abort(stopped);
    await within(loop.idle(), savingMs, clock);
  }
  await within(sender.flush(), tellingMs, clock);

  /** The Hello with the task's id is the answer; of a failure nothing is told (`service-protocol.md §4`). */
  async function answerHello(task: Task, { signal: ending }: TaskContext): Promise<TaskOutcome> {
    try {
      await client.hello(helloRequest({ hostId, taskId: task.id, program, metadata }), { signal: ending });
    } catch (error) {
      logger.warn('A request to say hello could not be answered', { error: rpcError(error, 'Hello', host) });
    }
    return { kind: 'told' };
  }
}

/** Whether the work ended in time. */
async function within(work: Promise<void>, limitMs: number, clock: Clock): Promise<boolean> {
  const ended = new AbortController();
  const limit = clock.sleep(limitMs, ended.signal).then(
    () => false,
    () => true,
  );
  const isDone = await Promise.race([work.then(() => true), limit]);
  ended.abort();
  return isDone;
}

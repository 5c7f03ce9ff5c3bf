import { type Task, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import type { Clock } from '../http/clock.ts';
import { noTelemetry, type OpenSpan } from '../telemetry/telemetry.ts';
import { type FinishedTask, finishRequest } from './finish.ts';
import type { Outbox } from './outbox.ts';
import type { ResultSender } from './result-sender.ts';
import type { TaskContext, TaskHandler, TaskOutcome } from './task-handler.ts';

export interface TaskRunnerOptions {
  readonly handler: TaskHandler;
  readonly context: Omit<TaskContext, 'signal'>;
  readonly outbox: Outbox;
  readonly sender: ResultSender;
  readonly clock: Clock;
}

/** Tasks that change something in the target: they are waited for when the service stops, and noted before they begin. */
const changes: ReadonlySet<string> = new Set([
  'grant',
  'revoke',
  'create_account',
  'create_resource',
  'delete_resource',
  'rotate_credentials',
  'issue_credential',
  'action_invoke',
]);
/** Changes that are not preceded by a look at what is there, so that doing them again might do them twice. */
const unsafeToRepeat: ReadonlySet<string> = new Set([
  'create_resource',
  'rotate_credentials',
  'issue_credential',
  'action_invoke',
]);

/** The name of the task's field in the protocol, for example `sync_full`. */
export function taskType(task: Task): string {
  const chosen = TaskSchema.fields.find(({ localName }) => localName === task.taskType.case);
  return chosen?.name ?? 'unknown';
}

export function isChange(task: Task): boolean {
  return changes.has(taskType(task));
}

/** Carries out tasks, each once, and sees to it that the server hears how they ended. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
  }

  /** Resolves when the task is done and the server has heard of it, or has failed to hear of it once. Never rejects. */
  async run(task: Task, signal: AbortSignal): Promise<void> {
    const { telemetry = noTelemetry } = this.#options.context;
    await telemetry.span(`task ${taskType(task)}`, { task_id: task.id }, (span) => this.#run(task, signal, span));
  }

  async #run(task: Task, signal: AbortSignal, span: OpenSpan): Promise<void> {
    const { clock, context } = this.#options;
    const type = taskType(task);
    const fields = { task_id: task.id, task_type: type };
    if (await this.#answerAgain(task)) return;
    context.logger.info('Task started', fields);
    const startedMs = clock.nowMs();
    const outcome = (await this.#afterInterruption(task)) ?? (await this.#carryOut(task, signal));
    context.metrics?.taskFinished(type, outcome, clock.nowMs() - startedMs);
    if (outcome.kind === 'told') {
      await this.#forget(task.id);
      context.logger.info('Task ended', fields);
      return;
    }
    if (outcome.kind === 'success') context.logger.info('Task finished', fields);
    else {
      const { error, nonRetryable } = outcome;
      span.fail(error);
      context.logger.warn(`Task failed: ${error.message}`, {
        ...fields,
        code: codeName(error.code),
        non_retryable: nonRetryable,
        ...(error.cause === undefined ? {} : { error: error.cause }),
      });
    }
    await this.tell(task.id, outcome);
  }

  /** Tells the server of changes that an earlier run has begun, has not ended, and that must not be made twice. */
  async answerInterrupted(): Promise<void> {
    const { outbox, context } = this.#options;
    for (const taskId of await outbox.cutOff()) {
      context.logger.warn('An earlier run was stopped during a change, and nobody knows whether it took effect', {
        task_id: taskId,
      });
      await this.tell(taskId, unknownOutcome());
    }
  }

  /** Tells the server how a task ended. */
  async tell(taskId: string, outcome: FinishedTask['outcome']): Promise<void> {
    const { context, outbox, sender, clock } = this.#options;
    const request = finishRequest({ hostId: context.hostId, taskId, outcome, wallMs: clock.wallMs() });
    try {
      await outbox.keep(request);
    } catch (error) {
      context.logger.error('The result of a task could not be written to disk; it is lost if the service ends now', {
        task_id: taskId,
        error,
      });
    }
    await sender.send(request);
  }

  /** Answers a task that was done before. */
  async #answerAgain(task: Task): Promise<boolean> {
    const { outbox, sender, context } = this.#options;
    const known = await outbox.result(task.id).catch(() => undefined);
    if (known === undefined) return false;
    context.logger.info('The task was done before; its result is sent again', { task_id: task.id });
    await sender.send({ ...known, hostId: context.hostId });
    return true;
  }

  /** A change that an earlier run began and did not end; undefined: go on. */
  async #afterInterruption(task: Task): Promise<FinishedTask['outcome'] | undefined> {
    const { outbox, context } = this.#options;
    if (!isChange(task)) return undefined;
    const isRisky = unsafeToRepeat.has(taskType(task));
    const before = outbox.state(task.id);
    if (before === 'risked' || (before === 'started' && isRisky)) return unknownOutcome();
    if (before === 'started') {
      context.logger.warn('An earlier run was stopped during this task; what is there is looked at first', {
        task_id: task.id,
      });
      return undefined;
    }
    try {
      await outbox.begin(task.id, isRisky ? 'risked' : 'started');
    } catch (error) {
      context.logger.warn('The beginning of a task could not be noted on disk', { task_id: task.id, error });
    }
    return undefined;
  }

  async #carryOut(task: Task, signal: AbortSignal): Promise<TaskOutcome> {
    const { handler, context } = this.#options;
    try {
      const outcome = await handler(task, { ...context, signal });
      if (outcome.kind !== 'error' || !signal.aborted || outcome.error.code !== Code.Canceled) return outcome;
      // Whoever cancelled it may want it done by another instance.
      return { ...outcome, nonRetryable: false };
    } catch (error) {
      return { kind: 'error', error: BatonError.from(error, 'carrying out the task'), nonRetryable: isChange(task) };
    }
  }

  async #forget(taskId: string): Promise<void> {
    await this.#options.outbox.forget(taskId).catch(() => {});
  }
}

function unknownOutcome(): FinishedTask['outcome'] {
  const error = new BatonError(
    Code.Aborted,
    'the connector was stopped while it did this, and nobody knows whether it took effect. Look at the target, then ask for it again if it is still needed',
  );
  return { kind: 'error', error, nonRetryable: true };
}

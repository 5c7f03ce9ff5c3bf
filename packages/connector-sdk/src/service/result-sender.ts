import type { BatonService, BatonServiceFinishTaskRequest } from '@baton-ts/protocol/connectorapi-v1';
import { type BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { pollBackoffMs } from './backoff.ts';
import type { Outbox } from './outbox.ts';
import { rpcError } from './rpc-error.ts';

export interface ResultSenderOptions {
  readonly client: Client<typeof BatonService>;
  /** The server's name, for messages. */
  readonly host: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Includes connecting (`service-protocol.md §3`). */
const finishTimeoutMs = 30_000;
/** With these the server says that it will never take this result, however often it is sent. */
const final: readonly Code[] = [
  Code.NotFound,
  Code.InvalidArgument,
  Code.AlreadyExists,
  Code.FailedPrecondition,
  Code.OutOfRange,
];

/** Tells the server how tasks ended, each until it has been heard. */
export class ResultSender {
  readonly #options: ResultSenderOptions;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: ResultSenderOptions) {
    this.#options = options;
  }

  /** Sends a result. Resolves after the first try; when that failed, others follow by themselves. */
  send(request: BatonServiceFinishTaskRequest): Promise<void> {
    const first = Promise.withResolvers<void>();
    const { taskId } = request;
    if (this.#underWay.has(taskId)) return Promise.resolve();
    const work = this.#sendUntilHeard(request, first.resolve).finally(() => {
      this.#underWay.delete(taskId);
      first.resolve();
    });
    this.#underWay.set(taskId, work);
    return first.promise;
  }

  /** Sends what earlier runs could not. */
  async resume(): Promise<void> {
    const results = await this.#options.outbox.unsent();
    if (results.length > 0) {
      this.#options.logger.info('Sending results of tasks that an earlier run has finished', { count: results.length });
    }
    for (const request of results) void this.send(request);
  }

  /** Tries everything that waits once more; what fails stays on disk for the next run. */
  async flush(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay.values());
  }

  async #sendUntilHeard(request: BatonServiceFinishTaskRequest, afterFirst: () => void): Promise<void> {
    const { client, host, clock, logger } = this.#options;
    const { taskId } = request;
    for (let failures = 0; ; ) {
      const isLast = this.#stopping.signal.aborted;
      try {
        await client.finishTask(request, { timeoutMs: finishTimeoutMs });
        return await this.#settle(taskId, mayNotBeDoneAgain(request));
      } catch (error) {
        const reason = rpcError(error, 'FinishTask', host);
        if (isFinal(reason)) {
          logger.error(`The server does not take the result of the task ${taskId}: ${reason.message}`, {
            task_id: taskId,
            code: codeName(reason.code),
          });
          return await this.#settle(taskId, true);
        }
        failures += 1;
        const waitMs = pollBackoffMs(failures);
        const next = isLast ? 'by the next run' : `in ${waitMs / 1000} s`;
        logger.warn(`The result of the task ${taskId} could not be sent; it is kept and sent again ${next}`, {
          task_id: taskId,
          error: reason,
        });
        afterFirst();
        if (isLast) return;
        // Stopping ends the wait, and one more try follows.
        await clock.sleep(waitMs, this.#stopping.signal).catch(() => {});
      }
    }
  }

  async #settle(taskId: string, remember: boolean): Promise<void> {
    try {
      await this.#options.outbox.settle(taskId, remember);
    } catch (error) {
      // The server has it; at worst it is told again.
      this.#options.logger.warn('The note that a result was sent could not be written', { task_id: taskId, error });
    }
  }
}

/** A success, and an error that is final: the server will not want them again, and a second time would do harm. */
function mayNotBeDoneAgain({ finalState }: BatonServiceFinishTaskRequest): boolean {
  return finalState.case === 'success' || (finalState.case === 'error' && finalState.value.nonRetryable);
}

function isFinal(reason: BatonError): boolean {
  return !reason.retryable && final.includes(reason.code);
}

import type { BatonService, Task } from '@baton-ts/protocol/connectorapi-v1';
import { Code, codeName } from '@baton-ts/protocol/errors';
import type { Duration } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { pollBackoffMs } from './backoff.ts';
import { rpcError } from './rpc-error.ts';
import { withTimeLimit } from './time-limit.ts';

export interface TaskLoopOptions {
  readonly client: Client<typeof BatonService>;
  readonly hostId: string;
  /** The server's name, for messages. */
  readonly host: string;
  /** Tasks carried out at once (`--task-concurrency`). */
  readonly concurrency: number;
  /** Ask for several tasks at once (`BATON_GET_TASKS`). When the server cannot do the one, the other is used. */
  readonly several: boolean;
  /** Carries out a task. Never rejects. */
  readonly run: (task: Task) => Promise<void>;
  /** While it says yes, no new work is asked for. */
  readonly isHeldUp: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Answer {
  readonly tasks: readonly Task[];
  readonly nextPollMs: number;
}

const longestPollMs = 5 * 60_000;
/** A server that says nothing for longer has forgotten the poll, though its connection is alive. */
const silentMs = 15 * 60_000;
/** Polls that bring nothing begin no closer together than this, whatever the server asks for. */
const idlePollMs = 1000;
/** Nor those that bring something: a server may hand out what it takes back at once. */
const busyPollMs = 50;
/** Enough to notice that a held-up service may go on. */
const heldUpMs = 1000;
/** The most that a server hands out, and lets itself be told, at once (`service-protocol.md §13`). */
const maxPageSize = 100;

/** Asks the server for tasks and has them carried out, until it is stopped (`service-protocol.md §5`). */
export class TaskLoop {
  readonly #options: TaskLoopOptions;
  readonly #queue: Task[] = [];
  readonly #running = new Map<string, Promise<void>>();
  #several: boolean;
  #freed = Promise.withResolvers<void>();

  constructor(options: TaskLoopOptions) {
    this.#options = options;
    this.#several = options.several;
  }

  /** Resolves when `signal` is aborted. Tasks that run then go on; those that wait are given back. */
  async run(signal: AbortSignal): Promise<readonly Task[]> {
    const { clock, logger, host, concurrency, isHeldUp } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.#known() >= concurrency) {
          await this.#slotOr(signal);
          continue;
        }
        if (isHeldUp()) {
          await clock.sleep(heldUpMs, signal);
          continue;
        }
        const startedMs = clock.nowMs();
        const answer = await withTimeLimit(silentMs, signal, (limited) => this.#ask(limited));
        failures = 0;
        const taken = this.#take(answer.tasks);
        const leastMs = (taken > 0 ? busyPollMs : idlePollMs) - (clock.nowMs() - startedMs);
        await clock.sleep(Math.max(answer.nextPollMs, leastMs, 0), signal);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        const reason = rpcError(error, this.#several ? 'GetTasks' : 'GetTask', host);
        if (reason.code === Code.Unimplemented) this.#several = !this.#several;
        const waitMs = pollBackoffMs(failures);
        logger.warn(`No tasks could be asked for, again in ${waitMs / 1000} s: ${reason.message}`, {
          code: codeName(reason.code),
          error: reason.cause,
        });
        await clock.sleep(waitMs, signal).catch(() => {});
      }
    }
    return this.#queue.splice(0);
  }

  /** Resolves when no task runs any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  get runningCount(): number {
    return this.#running.size;
  }

  #known(): number {
    return this.#running.size + this.#queue.length;
  }

  async #ask(signal: AbortSignal): Promise<Answer> {
    const { client, hostId, concurrency } = this.#options;
    if (!this.#several) {
      const { task, nextPoll } = await client.getTask({ hostId }, { signal });
      return { tasks: task === undefined ? [] : [task], nextPollMs: clamped(nextPoll) };
    }
    const known = this.#known();
    const knownTaskIds = [...this.#running.keys(), ...this.#queue.map(({ id }) => id)];
    const pageSize = Math.min(2 * concurrency - known, maxPageSize);
    const { tasks, nextPoll } = await client.getTasks({ hostId, pageSize, knownTaskIds }, { signal });
    return { tasks, nextPollMs: clamped(nextPoll) };
  }

  /** Takes the tasks that are not known yet; how many they were. */
  #take(tasks: readonly Task[]): number {
    let taken = 0;
    for (const task of tasks) {
      if (task.taskType.case === 'none') continue;
      if (this.#running.has(task.id) || this.#queue.some(({ id }) => id === task.id)) {
        this.#options.logger.debug('The server handed out a task that is being worked on', { task_id: task.id });
        continue;
      }
      this.#queue.push(task);
      taken += 1;
    }
    this.#startNext();
    return taken;
  }

  #startNext(): void {
    while (this.#running.size < this.#options.concurrency) {
      const task = this.#queue.shift();
      if (task === undefined) return;
      const work = this.#options.run(task).finally(() => {
        this.#running.delete(task.id);
        this.#startNext();
        this.#freed.resolve();
        this.#freed = Promise.withResolvers();
      });
      this.#running.set(task.id, work);
    }
  }

  async #slotOr(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = (): void => aborted.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.#freed.promise, aborted.promise]);
    signal.removeEventListener('abort', onAbort);
  }
}

function clamped(duration: Duration | undefined): number {
  if (duration === undefined) return 0;
  const ms = Number(duration.seconds) * 1000 + duration.nanos / 1e6;
  return Math.min(Math.max(ms, 0), longestPollMs);
}

import {
  type BatonServiceFinishTaskRequest,
  BatonServiceFinishTaskRequestSchema,
  type Task,
  TaskSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import KSUID from 'ksuid';
import type { Clock } from '../clock.ts';
import type { Events } from '../events.ts';
import type { C1Limits } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { C1Store, TaskRecord, UploadRecord } from '../store/store.ts';
import { Bell } from './bell.ts';
import { KeyedLock } from './keyed-lock.ts';
import { afterFinish, afterLostLease, isOpen } from './outcomes.ts';
import { isOnceOnly, type TaskType } from './task-types.ts';
import { type TaskView, taskView } from './task-view.ts';

/** What a task asks for, as the generated messages write it: `{ case: 'syncFull', value: {} }`. */
export type TaskPayload = Extract<
  NonNullable<MessageInitShape<typeof TaskSchema>['taskType']>,
  { readonly case: TaskType }
>;

export interface EnqueueOptions {
  /** While a task with this key is open, that one is returned instead of a second one. */
  readonly dedupeKey?: string;
  /** Milliseconds since 1970; not handed out before. */
  readonly notBeforeMs?: number;
  /** Asks for a debug log (`service-protocol.md §9`). */
  readonly debug?: boolean;
}

/** An answer has to stay below the 4 MiB that a client receives (`service-protocol.md §3`), so all its tasks together. */
const MAX_TASK_BYTES = 4 * 1024 ** 2 - 64 * 1024;

/**
 * How long the tasks of a process that starts anew are held back: it may still send the results that it kept on disk,
 * and those should arrive before anybody does the work again.
 */
const RESTART_GRACE_MS = 2_000;

/** Tasks in hand are rarely due; so many are looked past, and not as many as a client likes to name. */
const MAX_KNOWN = 1_000;

export interface QueueParts {
  readonly store: C1Store;
  readonly clock: Clock;
  readonly limits: C1Limits;
  readonly events: Events;
  readonly logger: Logger;
}

/** The tasks of all connectors. Every change of a connector's queue waits for the one before. */
export class TaskQueue {
  readonly #store: C1Store;
  readonly #clock: Clock;
  readonly #limits: C1Limits;
  readonly #events: Events;
  readonly #logger: Logger;
  readonly #lock = new KeyedLock();
  readonly #bell: Bell;
  #isClosed = false;

  constructor({ store, clock, limits, events, logger }: QueueParts) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#events = events;
    this.#logger = logger;
    this.#bell = new Bell(clock);
  }

  /** @throws BatonError `NotFound` for an unknown connector, `InvalidArgument` for a task that no answer can hold */
  async enqueue(connectorId: string, payload: TaskPayload, options: EnqueueOptions = {}): Promise<TaskView> {
    if ((await this.#store.connector(connectorId)) === undefined) {
      throw new BatonError(Code.NotFound, `There is no connector ${connectorId}.`);
    }
    const now = this.#clock.now();
    const id = KSUID.randomSync(now).string;
    const task = toBinary(TaskSchema, create(TaskSchema, { id, taskType: payload, debug: options.debug ?? false }));
    if (task.length > MAX_TASK_BYTES) {
      throw new BatonError(
        Code.InvalidArgument,
        `A ${payload.case} task of ${task.length} bytes is too large to be handed out: at most ${MAX_TASK_BYTES}.`,
      );
    }
    return await this.#lock.run(connectorId, async () => {
      const { dedupeKey } = options;
      if (dedupeKey !== undefined) {
        const same = await this.#store.openTaskWithKey(connectorId, dedupeKey);
        if (same !== undefined) return taskView(same);
      }
      return await this.#save({
        id,
        connectorId,
        type: payload.case,
        state: 'pending',
        task,
        dedupeKey,
        createdAtMs: now,
        notBeforeMs: options.notBeforeMs ?? now,
        attempts: 0,
        lease: undefined,
        cancelRequested: false,
        endedAtMs: undefined,
        result: undefined,
        reason: undefined,
        uploads: [],
      });
    });
  }

  /** @throws BatonError `NotFound` */
  async task(id: string): Promise<TaskView> {
    return taskView(await this.#record(id));
  }

  /**
   * Cancels a task. One that nobody works on ends at once; of one that is under way the connector hears at its next
   * heartbeat, and without heartbeats it is only not tried again. A task that has ended stays as it is.
   */
  async cancel(id: string): Promise<TaskView> {
    const { connectorId } = await this.#record(id);
    return await this.#lock.run(connectorId, async () => {
      const task = await this.#record(id);
      // Told once: whoever cancels again on every change of a task would go on for ever.
      if (!isOpen(task) || task.cancelRequested) return taskView(task);
      if (task.state === 'leased') return await this.#save({ ...task, cancelRequested: true });
      const reason = 'Cancelled while nobody worked on it.';
      const endedAtMs = this.#clock.now();
      return await this.#save({ ...task, state: 'cancelled', cancelRequested: true, endedAtMs, reason });
    });
  }

  /**
   * Resolves when the task has ended, in whatever way.
   *
   * @throws BatonError `Unavailable` when the server closes before; what the signal was aborted with
   */
  async waitFor(id: string, signal: AbortSignal = new AbortController().signal): Promise<TaskView> {
    for (;;) {
      using listener = this.#bell.listen(id);
      const task = await this.task(id);
      if (!isOpen(task)) return task;
      if (this.#isClosed) {
        throw new BatonError(
          Code.Unavailable,
          `The server closed before task ${id} ended. It goes on with the next one.`,
        );
      }
      await listener.wait(Number.MAX_SAFE_INTEGER, signal);
      signal.throwIfAborted();
    }
  }

  /** Lets everybody go who waits: polls are answered without a task. */
  close(): void {
    this.#isClosed = true;
    this.#bell.ringAll();
  }

  /** Waits until there is something to hand out, for at most `waitMs`. */
  async poll(poll: Poll, signal: AbortSignal): Promise<Task[]> {
    const deadline = this.#clock.now() + poll.waitMs;
    for (;;) {
      using listener = this.#bell.listen(poll.connectorId);
      const tasks = await this.#lease(poll);
      if (tasks.length > 0) return tasks.map((task) => fromBinary(TaskSchema, task.task));
      const now = this.#clock.now();
      if (now >= deadline || signal.aborted || this.#isClosed) return [];
      const dueMs = await this.#nextDueMs(poll, now);
      await listener.wait(Math.min(deadline, dueMs) - now, signal);
    }
  }

  /** Takes back what was just handed out, because the answer could not be delivered. It does not count as an attempt. */
  async undeliver(hostId: string, taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds) {
      const { connectorId } = await this.#record(id);
      await this.#lock.run(connectorId, async () => {
        const task = await this.#record(id);
        if (task.lease?.hostId !== hostId) return;
        await this.#save({ ...task, lease: undefined, state: 'pending', attempts: task.attempts - 1 });
      });
    }
  }

  /**
   * Renews the lease on a task.
   *
   * @returns whether the host should stop working on it
   * @throws BatonError `NotFound` for a task of another connector
   */
  async heartbeat(connectorId: string, hostId: string, id: string): Promise<{ readonly stop: boolean }> {
    return await this.#lock.run(connectorId, async () => {
      const task = await this.#recordOf(connectorId, id);
      const untilMs = this.#clock.now() + this.#leaseMs(task.type);
      if (task.state === 'leased' && task.lease?.hostId === hostId) {
        const renewed = { hostId, untilMs: Math.max(untilMs, task.lease.untilMs) };
        await this.#store.putTask({ ...task, lease: renewed });
        return { stop: task.cancelRequested };
      }
      // Taken back in the meantime, and nobody else has it: the host was only late.
      if (task.state === 'pending' && task.attempts > 0 && !(await this.#isSyncUnderWay(task))) {
        await this.#save({ ...task, state: 'leased', lease: { hostId, untilMs } });
        return { stop: false };
      }
      return { stop: true };
    });
  }

  /**
   * Takes down how a task ended. A second time changes nothing, except that a success which comes late replaces the
   * server's own verdict that nobody finished it: what was done was done.
   */
  async finish(connectorId: string, request: BatonServiceFinishTaskRequest): Promise<void> {
    await this.#lock.run(connectorId, async () => {
      const task = await this.#recordOf(connectorId, request.taskId);
      const now = this.#clock.now();
      const next = afterFinish(task, request, {
        result: toBinary(BatonServiceFinishTaskRequestSchema, request),
        now,
        maxAttempts: this.#maxAttempts(task.type),
        retryAtMs: now + this.#limits.retryDelayMs * task.attempts ** 2,
      });
      if (next === undefined) {
        this.#logger.info('a result changed nothing', { task_id: task.id, state: task.state, host_id: request.hostId });
      } else {
        await this.#save(next);
      }
    });
  }

  /** Ends a hello task, which is answered by a Hello and not by a FinishTask (`service-protocol.md §4`). */
  async helloAnswered(connectorId: string, id: string): Promise<void> {
    await this.#lock.run(connectorId, async () => {
      const task = await this.#recordOf(connectorId, id);
      if (task.type !== 'hello') {
        throw new BatonError(Code.InvalidArgument, `task_id: task ${id} is a ${task.type} task, not a hello.`);
      }
      if (isOpen(task))
        await this.#save({ ...task, lease: undefined, state: 'finished', endedAtMs: this.#clock.now() });
    });
  }

  /**
   * A process says that it has just started: what an earlier one of the same host had in hand is free again. Tasks that
   * must not be done twice stay with it until the lease ends, since it may yet say how they ended.
   */
  async hostRestarted(connectorId: string, hostId: string): Promise<void> {
    await this.#lock.run(connectorId, async () => {
      const now = this.#clock.now();
      for (const task of await this.#store.leasedTasks(connectorId)) {
        if (task.lease?.hostId !== hostId || isOnceOnly(task.type)) continue;
        const freed = afterLostLease(task, now, this.#maxAttempts(task.type), 'its connector was restarted');
        await this.#save(freed.state === 'pending' ? { ...freed, notBeforeMs: now + RESTART_GRACE_MS } : freed);
      }
    });
  }

  /** @throws BatonError `NotFound`, or `FailedPrecondition` when the host does not have the task in hand */
  async checkUpload(connectorId: string, hostId: string, id: string): Promise<void> {
    this.#requireLease(await this.#recordOf(connectorId, id), hostId);
  }

  /** Adds a file to a task; gives the one that it replaces. */
  async addUpload(
    connectorId: string,
    hostId: string,
    id: string,
    upload: UploadRecord,
  ): Promise<UploadRecord | undefined> {
    const replaced = await this.#lock.run(connectorId, async () => {
      const task = await this.#recordOf(connectorId, id);
      this.#requireLease(task, hostId);
      const isLog = (one: UploadRecord): boolean => one.kind === 'log';
      const earlier = task.uploads.find((one) => isLog(one) === isLog(upload));
      await this.#store.putTask({ ...task, uploads: [...task.uploads.filter((one) => one !== earlier), upload] });
      return earlier;
    });
    this.#events.emit({ kind: 'upload', connectorId, taskId: id, upload });
    return replaced;
  }

  /** Takes back the tasks whose lease has ended, also when nobody polls. */
  async sweep(): Promise<void> {
    const now = this.#clock.now();
    const late = (await this.#store.leasedTasks()).filter((task) => isLate(task, now));
    for (const connectorId of new Set(late.map((task) => task.connectorId))) {
      await this.#lock.run(connectorId, async () => await this.#takeBack(connectorId));
    }
  }

  async #lease({ connectorId, hostId, max, known }: Poll): Promise<TaskRecord[]> {
    return await this.#lock.run(connectorId, async () => {
      const underWay = await this.#takeBack(connectorId);
      const nowMs = this.#clock.now();
      let isSyncing = underWay.some((task) => task.type === 'syncFull');
      const search = { nowMs, limit: max + Math.min(known.size, MAX_KNOWN), withoutSyncs: isSyncing };
      const leased: TaskRecord[] = [];
      let bytes = 0;
      for (const task of await this.#store.dueTasks(connectorId, search)) {
        if (leased.length >= max) break;
        if (known.has(task.id) || (task.type === 'syncFull' && isSyncing)) continue;
        bytes += task.task.length;
        if (leased.length > 0 && bytes > MAX_TASK_BYTES) break;
        isSyncing ||= task.type === 'syncFull';
        const lease = { hostId, untilMs: nowMs + this.#leaseMs(task.type) };
        const next: TaskRecord = { ...task, state: 'leased', lease, attempts: task.attempts + 1 };
        await this.#save(next);
        leased.push(next);
      }
      return leased;
    });
  }

  /** Takes back what fell silent. Gives the tasks that are still under way. */
  async #takeBack(connectorId: string): Promise<TaskRecord[]> {
    const now = this.#clock.now();
    const underWay: TaskRecord[] = [];
    for (const task of await this.#store.leasedTasks(connectorId)) {
      if (!isLate(task, now)) {
        underWay.push(task);
        continue;
      }
      const host = task.lease?.hostId;
      this.#logger.warn('a task was taken back', { task_id: task.id, type: task.type, host_id: host });
      await this.#save(afterLostLease(task, now, this.#maxAttempts(task.type), `host ${host} fell silent`));
    }
    return underWay;
  }

  /** When there may be something new to hand out, although nobody rings. */
  async #nextDueMs({ connectorId }: Poll, now: number): Promise<number> {
    const due = (await this.#store.nextDueMs(connectorId, now)) ?? Number.MAX_SAFE_INTEGER;
    const leases = (await this.#store.leasedTasks(connectorId)).map((task) => task.lease?.untilMs ?? due);
    return Math.min(due, ...leases);
  }

  async #isSyncUnderWay({ type, connectorId }: TaskRecord): Promise<boolean> {
    if (type !== 'syncFull') return false;
    return (await this.#store.leasedTasks(connectorId)).some((one) => one.type === 'syncFull');
  }

  #requireLease(task: TaskRecord, hostId: string): void {
    if (task.state === 'leased' && task.lease?.hostId === hostId) return;
    const why = task.lease === undefined ? `is ${task.state}` : `is with host ${task.lease.hostId}`;
    throw new BatonError(Code.FailedPrecondition, `Task ${task.id} ${why}, so host ${hostId} has nothing to upload.`);
  }

  #leaseMs(type: TaskType): number {
    return type === 'syncFull' ? this.#limits.syncLeaseMs : this.#limits.taskLeaseMs;
  }

  #maxAttempts(type: TaskType): number {
    return isOnceOnly(type) ? 1 : this.#limits.maxAttempts;
  }

  async #record(id: string): Promise<TaskRecord> {
    const task = await this.#store.task(id);
    if (task === undefined) throw new BatonError(Code.NotFound, `There is no task ${id}.`);
    return task;
  }

  /** A task of another connector is as good as none: whether it exists is not this caller's business. */
  async #recordOf(connectorId: string, id: string): Promise<TaskRecord> {
    const task = await this.#store.task(id);
    if (task?.connectorId !== connectorId) throw new BatonError(Code.NotFound, `There is no task ${id}.`);
    return task;
  }

  async #save(task: TaskRecord): Promise<TaskView> {
    await this.#store.putTask(task);
    const view = taskView(task);
    this.#events.emit({ kind: 'task', task: view });
    this.#bell.ring(task.connectorId);
    this.#bell.ring(task.id);
    return view;
  }
}

export interface Poll {
  readonly connectorId: string;
  readonly hostId: string;
  readonly max: number;
  /** Ids of tasks that the caller has already. */
  readonly known: ReadonlySet<string>;
  readonly waitMs: number;
}

const isLate = ({ lease }: TaskRecord, now: number): boolean => lease !== undefined && lease.untilMs <= now;

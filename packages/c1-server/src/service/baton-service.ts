import { type BatonService, BatonServiceHelloRequestSchema } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { toBinary } from '@bufbuild/protobuf';
import { type Duration, durationFromMs } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Clock } from '../clock.ts';
import type { Events } from '../events.ts';
import type { HostRegister } from '../host-register.ts';
import type { C1Limits } from '../limits.ts';
import type { Poll, TaskQueue } from '../queue/task-queue.ts';
import { callerOf } from './authorization.ts';
import { checkFinishTask, checkGetTasks, checkHeartbeat, checkHello, checkHostId } from './rules.ts';
import { receiveUpload, type UploadParts } from './upload.ts';

export interface ServiceParts extends UploadParts {
  readonly queue: TaskQueue;
  readonly hosts: HostRegister;
  readonly events: Events;
  readonly limits: C1Limits;
  readonly clock: Clock;
}

/** One instance has one or two; a hundred instances are more than one connector needs. */
const MAX_POLLS = 200;

/** A client that sets a deadline gets its answer before it. */
const DEADLINE_SHARE = 0.75;

/** The calls of `c1.connectorapi.baton.v1.BatonService`, except `StartDebugging`, which nobody calls (`service-protocol.md §9`). */
export function batonService(parts: ServiceParts): Partial<ServiceImpl<typeof BatonService>> {
  const { queue, hosts, events, limits } = parts;
  const waiting = new Map<string, number>();

  async function poll(request: Omit<Poll, 'connectorId' | 'waitMs'>, context: HandlerContext) {
    const { connectorId } = callerOf(context);
    const polls = waiting.get(connectorId) ?? 0;
    if (polls >= MAX_POLLS) {
      throw new BatonError(Code.ResourceExhausted, `${MAX_POLLS} polls of this connector wait already.`);
    }
    waiting.set(connectorId, polls + 1);
    try {
      const timeLeftMs = context.timeoutMs() ?? Number.POSITIVE_INFINITY;
      const waitMs = Math.min(limits.pollWaitMs, timeLeftMs * DEADLINE_SHARE);
      return await pollOnce({ ...request, connectorId, waitMs }, context.signal);
    } finally {
      const left = (waiting.get(connectorId) ?? 1) - 1;
      if (left > 0) waiting.set(connectorId, left);
      else waiting.delete(connectorId);
    }
  }

  async function pollOnce(request: Poll, signal: AbortSignal) {
    await hosts.seen(request.connectorId, request.hostId);
    const tasks = await queue.poll(request, signal);
    const isGone = signal.aborted;
    if (isGone) {
      await queue.undeliver(
        request.hostId,
        tasks.map((task) => task.id),
      );
    }
    const nextPoll = duration(tasks.length > 0 ? limits.busyNextPollMs : limits.idleNextPollMs);
    return { tasks: isGone ? [] : tasks, nextPoll };
  }

  return {
    async hello(request, context) {
      checkHello(request);
      const { connectorId } = callerOf(context);
      if (request.taskId === '') await queue.hostRestarted(connectorId, request.hostId);
      else await queue.helloAnswered(connectorId, request.taskId);
      await hosts.introduced(connectorId, request.hostId, toBinary(BatonServiceHelloRequestSchema, request));
      events.emit({ kind: 'hello', connectorId, request });
      return {};
    },

    async getTask({ hostId }, context) {
      checkHostId(hostId);
      const { tasks, nextPoll } = await poll({ hostId, max: 1, known: new Set() }, context);
      const [task] = tasks;
      return task === undefined ? { nextPoll } : { task, nextPoll };
    },

    async getTasks(request, context) {
      checkGetTasks(request);
      const { hostId, pageSize, knownTaskIds } = request;
      return await poll({ hostId, max: pageSize, known: new Set(knownTaskIds) }, context);
    },

    async heartbeat(request, context) {
      checkHeartbeat(request);
      const { connectorId } = callerOf(context);
      const { hostId, taskId, taskIds } = request;
      await hosts.seen(connectorId, hostId);
      const { stop } = await queue.heartbeat(connectorId, hostId, taskId);
      const cancelledTaskIds: string[] = [];
      for (const id of taskIds) {
        if ((await queue.heartbeat(connectorId, hostId, id)).stop) cancelledTaskIds.push(id);
      }
      return { nextHeartbeat: duration(limits.heartbeatMs), cancelled: stop, cancelledTaskIds };
    },

    async finishTask(request, context) {
      checkFinishTask(request);
      const { connectorId } = callerOf(context);
      await hosts.seen(connectorId, request.hostId);
      await queue.finish(connectorId, request);
      return {};
    },

    async uploadAsset(messages, context) {
      await receiveUpload(messages, callerOf(context).connectorId, parts, context.signal);
      return {};
    },
  };
}

/** Never zero: a connector would ask again at once, for ever (`service-protocol.md §5`). */
const duration = (ms: number): Duration => durationFromMs(Math.max(1, ms));

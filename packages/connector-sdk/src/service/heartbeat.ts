import type { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Duration } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { rpcError } from './rpc-error.ts';

/** How often a server may want to hear of a task (`service-protocol.md §6`). */
const defaultIntervalMs = 30_000;
const minIntervalMs = 1_000;
const maxIntervalMs = 5 * 60_000;
/** So many failures in a row mean that the server has given the task to somebody else. */
const maxFailures = 9;
/** A heartbeat that hangs must not count as one that is fine. */
const answerWithinMs = 30_000;

export interface HeartbeatOptions {
  readonly client: Client<typeof BatonService>;
  readonly hostId: string;
  readonly taskId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the task from outside. */
  readonly signal: AbortSignal;
}

/** A task of which the server is told, again and again, that it is being worked on. */
export interface Heartbeat {
  /** Aborted when the task has to end: it was cancelled, the server is lost, or the outer signal says so. */
  readonly signal: AbortSignal;
  /** Whether the server said that the result is not wanted any more. */
  readonly isCancelled: boolean;
  /** No more heartbeats; resolves when the last one is over. */
  stop(): Promise<void>;
}

/**
 * Sends the first heartbeat and goes on sending (`service-protocol.md §6`).
 *
 * @returns undefined when the task was cancelled before it began
 * @throws BatonError when the first heartbeat failed: the task is not ours then
 */
export async function startHeartbeat(options: HeartbeatOptions): Promise<Heartbeat | undefined> {
  const first = await beat(options, options.signal);
  if (first.cancelled) return undefined;

  const { clock, logger } = options;
  const stop = new AbortController();
  const end = new AbortController();
  let isCancelled = false;
  const run = async (): Promise<void> => {
    let waitMs = intervalMs(first.nextHeartbeat);
    for (let failures = 0; failures < maxFailures; ) {
      await clock.sleep(waitMs, stop.signal);
      try {
        const { nextHeartbeat, cancelled } = await beat(options, stop.signal);
        failures = 0;
        waitMs = intervalMs(nextHeartbeat);
        if (!cancelled) continue;
        isCancelled = true;
        end.abort(new BatonError(Code.Canceled, 'task was cancelled'));
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        failures += 1;
        logger.warn('A heartbeat failed', { task_id: options.taskId, in_a_row: failures, error });
      }
    }
    end.abort(
      new BatonError(Code.Canceled, `the server could not be told ${maxFailures} times in a row that the task goes on`),
    );
  };
  // What the wait throws when it is stopped is no failure.
  const running = run().catch(() => {});
  return {
    signal: AbortSignal.any([options.signal, end.signal]),
    get isCancelled() {
      return isCancelled;
    },
    async stop() {
      stop.abort();
      await running;
    },
  };
}

async function beat(options: HeartbeatOptions, signal: AbortSignal) {
  const { client, hostId, taskId } = options;
  try {
    return await client.heartbeat({ hostId, taskId }, { signal, timeoutMs: answerWithinMs });
  } catch (error) {
    signal.throwIfAborted();
    throw rpcError(error, 'Heartbeat', 'the server');
  }
}

function intervalMs(next: Duration | undefined): number {
  const ms = next === undefined ? 0 : Number(next.seconds) * 1_000 + next.nanos / 1_000_000;
  if (ms <= 0) return defaultIntervalMs;
  return Math.min(Math.max(ms, minIntervalMs), maxIntervalMs);
}

import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ChangeRequest } from '../changes.ts';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { HeldBackAbort } from './held-back-abort.ts';
import type { ChangeCall } from './provisioner.ts';
import { withRepeats } from './retry.ts';
import { WriterQueue } from './writer-queue.ts';

/**
 * How long a change that is being written may go on after it was cancelled: a write and a read take seconds, and whoever
 * stops a service waits about that long before killing it.
 */
const verifyGraceMs = 20_000;

export interface ChangeRunnerOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly dryRun: boolean;
}

interface Change<T> {
  /** What is written to, as names that are the same for everybody who writes to it. */
  readonly targets: readonly string[];
  /** For an error that says nothing else: `granting "scope:a:assigned" to teammate ann`. */
  readonly doing: string;
  readonly call: ChangeCall;
  /** Whether the protocol wants failures that may pass to be tried again. */
  readonly repeat: boolean;
  readonly work: (request: ChangeRequest) => Promise<T>;
}

/** Carries out changes: in turn at each target, told before each write, and counted until they have ended. */
export class ChangeRunner {
  readonly #options: ChangeRunnerOptions;
  readonly #queue = new WriterQueue();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: ChangeRunnerOptions) {
    this.#options = options;
  }

  /** Undefined: a dry run has come to the first write. Every error is a `BatonError`. */
  async run<T>(change: Change<T>): Promise<T | undefined> {
    const { targets, call, repeat, doing } = change;
    const once = (): Promise<T | undefined> => this.#once(change);
    const work = (): Promise<T | undefined> =>
      repeat ? withRepeats(once, { ...this.#options, signal: call.signal }) : once();
    const running = this.#queue.run(targets, call.signal, work);
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw BatonError.from(error, doing);
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #once<T>({ call, doing, work }: Change<T>): Promise<T | undefined> {
    const { clock, dryRun } = this.#options;
    call.signal.throwIfAborted();
    using abort = new HeldBackAbort(call.signal, clock, verifyGraceMs);
    let stop: DryRunStop | undefined;
    let isWritten = false;
    const announce: ChangeRequest['announce'] = (planned) => {
      call.onAnnounced?.(planned);
      if (dryRun) {
        stop = new DryRunStop();
        throw stop;
      }
      isWritten = true;
      abort.hold();
    };
    try {
      const outcome = await work({ signal: abort.signal, announce });
      if (stop === undefined) return outcome;
    } catch (error) {
      if (error === stop && stop !== undefined) return undefined;
      throw abort.signal.aborted && isWritten ? leftOpen(error, abort.signal.reason, doing) : error;
    }
    throw new BatonError(Code.Internal, 'the connector went on after it announced a change in a dry run');
  }
}

/**
 * Between a write and the read after it nothing is known. A connector that has words of its own keeps them; one that lets
 * the signal's reason pass says nothing about the change.
 */
function leftOpen(error: unknown, reason: unknown, doing: string): unknown {
  const stopped = BatonError.from(reason, doing);
  if (BatonError.is(error) && error.message !== stopped.message) return error;
  return new BatonError(
    stopped.code,
    `${stopped.message.replace(/\.$/, '')} while ${doing}; whether that happened is not known. Sync to see`,
    { cause: error, retryable: false },
  );
}

/** What `announce` throws in a dry run. */
class DryRunStop extends Error {
  constructor() {
    super('a dry run ends before the first write');
  }
}

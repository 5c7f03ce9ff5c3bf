import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';

/** Repeats after the first try, and the waits before them: 15, 30 and 45 s (`service-protocol.md §11`, "Grant / Revoke"). */
const maxRepeats = 3;
const stepMs = 15_000;
/** Whatever the other side asks for, a person waits for the answer. */
const longestWaitMs = 60_000;

/**
 * Does it again when the other side was out of reach or too slow and says that a repeat can help. What may have been done
 * already is never repeated blindly: the connector reads, or throws what is not retryable.
 */
export async function withRepeats<T>(
  work: () => Promise<T>,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<T> {
  for (let repeats = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (repeats === maxRepeats || signal.aborted || !mayPass(error)) throw error;
      repeats += 1;
      const waitMs = Math.min(error.retryAfterMs ?? repeats * stepMs, longestWaitMs);
      logger.warn(`${error.message}. Trying again in ${Math.ceil(waitMs / 1000)} s`, { attempt: repeats + 1 });
      await clock.sleep(waitMs, signal);
    }
  }
}

function mayPass(error: unknown): error is BatonError {
  return (
    BatonError.is(error) && error.retryable && (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded)
  );
}

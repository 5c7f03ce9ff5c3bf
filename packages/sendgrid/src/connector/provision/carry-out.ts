import { BatonError, type ChangeRequest, Code } from '@baton-ts/connector-sdk';
import { mayHaveHappened, wasHeldBack } from '../../api/errors.ts';
import type { Write } from '../../api/writes.ts';
import type { Source } from '../source.ts';

/** What is about to be written: a sentence, the writes in their order, and what changes as names that can be compared. */
export interface PlannedChange {
  /** `Give the scope mail.send to the teammate "ann".` */
  readonly summary: string;
  readonly writes: readonly Write[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/**
 * Tells what will be sent, once it is known that the API key may send it. In a dry run nothing after this happens.
 * Throws `PermissionDenied` that names the scope which the key lacks, before anything is attempted.
 */
export async function announceChange(source: Source, change: PlannedChange, request: ChangeRequest): Promise<void> {
  const { summary, writes, before, after } = change;
  for (const { needs, doing } of writes) await requireKeyScope(source, needs, doing, request);
  request.announce({
    summary,
    requests: writes.map(({ announced }) => announced),
    ...(before && { before }),
    ...(after && { after }),
  });
}

async function requireKeyScope(source: Source, scope: string, doing: string, request: ChangeRequest): Promise<void> {
  if ((await source.keyHolds(scope, request)) !== false) return;
  throw new BatonError(
    Code.PermissionDenied,
    `The API key cannot ${doing}: it lacks ${scope}. Give it to the key in SendGrid under Settings, API Keys, or make a key with full access.`,
  );
}

/**
 * Sends a write, once. Undefined: SendGrid answered that it is done, which a read has to confirm. An error: its answer was
 * lost, and a read has to tell whether it happened. Throws when it is sure that nothing was done.
 */
export async function sendOnce(source: Source, write: Write, request: ChangeRequest): Promise<BatonError | undefined> {
  try {
    await source.client.send(write, request);
    return undefined;
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const lost = BatonError.from(error, write.doing);
    if (!request.signal.aborted) return lost;
    throw new BatonError(
      lost.code,
      `Stopped while SendGrid was asked to ${write.doing}: it may have happened. Sync again to see.`,
      { cause: error, retryable: false },
    );
  }
}

/** For the person, when a read has shown that a write whose answer was lost did happen. */
export function lostButDone(lost: BatonError | undefined): readonly string[] {
  return lost === undefined
    ? []
    : [`SendGrid's answer was lost; a read shows that the change was made. (${lost.message})`];
}

/** With the waits of the limit in between, enough for several windows of it. */
const mostTries = 5;

/**
 * Runs a read and the write that is made of it; again, from the read on, when the write was held back by a limit. What was
 * read before the wait may no longer be so.
 */
export async function readThenWrite<T>({ signal }: ChangeRequest, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= mostTries || signal.aborted || !wasHeldBack(error)) throw error;
    }
  }
}

/** Reads what a write has done. When it cannot be read, says that the change was sent all the same. */
export async function readBack<T>(write: Write, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, message, retryable } = BatonError.from(error, 'reading it back');
    throw new BatonError(
      code,
      `SendGrid was asked to ${write.doing}, but whether it did cannot be read (${message}). Sync again to see.`,
      { cause: error, retryable },
    );
  }
}

/** When a read shows that a write whose answer was lost did nothing. */
export function lostAndUndone(lost: BatonError): BatonError {
  return new BatonError(lost.code, `${lost.message} A read shows that nothing has changed so far.`, {
    cause: lost,
    retryable: lost.retryable,
  });
}

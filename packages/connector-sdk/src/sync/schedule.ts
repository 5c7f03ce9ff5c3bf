import { setTimeout as delay } from 'node:timers/promises';
import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import { Breather } from './breather.ts';
import type { Clock } from './options.ts';
import type { Action, SyncState } from './state.ts';

/** The Go SDK's cap; the HTTP client has already waited for a rate limit. */
const maxWaitMs = 60_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};

export interface Work {
  readonly state: SyncState;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly giveUpAfterMs: number;
  /** Whether the action only plans others: done at once, without asking anyone. */
  isPlan(action: Action): boolean;
  plan(action: Action): void;
  isReady(action: Action): boolean;
  /** Does one page. Rows and state change together, after the last wait, so that a checkpoint never parts them. */
  page(action: Action, signal: AbortSignal): Promise<Action | undefined>;
  notFound(action: Action, error: BatonError): void;
  pageDone(): void;
  waiting(why: string | undefined): void;
}

/**
 * Runs the actions of the state, the last first, up to `workers` of the same operation at once, until none is left.
 * The first failure stops the others and is thrown when all have stopped.
 */
export async function runActions(work: Work): Promise<void> {
  const { state, clock } = work;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const running = new Map<string, Promise<void>>();
  const breather = new Breather();
  let lastSuccessMs = clock.now();
  let failure: { readonly error: unknown } | undefined;

  const runToEnd = async (first: Action): Promise<void> => {
    let attempt = 0;
    let next: Action | undefined = first;
    while (next) {
      const action: Action = next;
      signal.throwIfAborted();
      try {
        next = await work.page(action, signal);
        attempt = 0;
        lastSuccessMs = clock.now();
        work.waiting(undefined);
        work.pageDone();
        // A connector that need not ask anyone never waits.
        await breather.pause();
      } catch (thrown) {
        signal.throwIfAborted();
        const error = BatonError.from(thrown, describe(action));
        if (error.code === Code.NotFound && mayVanish(action)) {
          work.notFound(action, error);
          work.pageDone();
          return;
        }
        const failingMs = clock.now() - lastSuccessMs;
        if (!isTemporary(error) || failingMs > work.giveUpAfterMs) throw error;
        attempt += 1;
        const waitMs = Math.min(Math.max(attempt * 1_000, error.retryAfterMs ?? 0), maxWaitMs);
        work.waiting(`${codeName(error.code)}, again in ${Math.ceil(waitMs / 1_000)} s: ${error.message}`);
        await clock.sleep(waitMs, signal);
      }
    }
  };

  const start = (action: Action): void => {
    const run = runToEnd(action)
      .catch((error: unknown) => {
        failure ??= { error };
        stop.abort();
      })
      .finally(() => running.delete(action.id));
    running.set(action.id, run);
  };

  while (failure === undefined && (state.size > 0 || running.size > 0)) {
    work.signal.throwIfAborted();
    const action = running.size < work.workers ? nextAction(work, running) : undefined;
    if (action && work.isPlan(action)) {
      work.plan(action);
      await breather.pause();
    } else if (action) start(action);
    else if (running.size > 0) await Promise.race(running.values());
    else throw new BatonError(Code.Internal, 'The sync cannot go on: every action waits for another.');
  }
  await Promise.all(running.values());
  work.signal.throwIfAborted();
  if (failure !== undefined) throw BatonError.from(failure.error, 'syncing');
}

/** The last action that can start now; the actions of the next operation wait for all of this one. */
function nextAction(work: Work, running: ReadonlyMap<string, unknown>): Action | undefined {
  let operation: string | undefined;
  let blocked = false;
  for (const action of work.state.newestFirst()) {
    operation ??= action.operation;
    if (action.operation !== operation) return undefined;
    if (running.has(action.id)) continue;
    if (work.isPlan(action)) return blocked ? undefined : action;
    if (work.isReady(action)) return action;
    blocked = true;
  }
  return undefined;
}

/**
 * One resource may be deleted while a sync runs. A whole list that is not found is an error: finishing without it would
 * say that all its resources are gone.
 */
function mayVanish(action: Action): boolean {
  return action.resourceId !== undefined || action.parentResourceId !== undefined;
}

function isTemporary(error: BatonError): boolean {
  return error.retryable && (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded);
}

export function describe(action: Action): string {
  const on = [action.resourceTypeId, action.resourceId].filter(Boolean).join(' ');
  const under = [action.parentResourceTypeId, action.parentResourceId].filter(Boolean).join(' ');
  return [action.operation.replaceAll('-', ' '), on && `for ${on}`, under && `under ${under}`]
    .filter(Boolean)
    .join(' ');
}

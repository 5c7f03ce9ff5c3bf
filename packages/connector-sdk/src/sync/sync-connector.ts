import { setImmediate as giveWay } from 'node:timers/promises';
import { type C1zStore, ExpandableGrants, expandGrants, type SyncWriter } from '@baton-ts/c1z';
import { BatonError } from '@baton-ts/protocol/errors';
import { Breather } from './breather.ts';
import { Collector } from './collect.ts';
import { Invariants } from './invariants.ts';
import { ListOrder } from './list-order.ts';
import type { SyncRequestOptions, SyncResult } from './options.ts';
import { makePlan, type Plan, syncTypeOf } from './plan.ts';
import { Planner } from './planner.ts';
import { Report } from './report.ts';
import { findResumable, settingsHash } from './resume.ts';
import { RowFilter } from './row-filter.ts';
import { describe, runActions, systemClock } from './schedule.ts';
import { type Action, SyncState } from './state.ts';

/** What a crash may cost (`c1z-format.md §5.5`). */
const checkpointEveryMs = 10_000;
const defaultWorkers = 10;
const defaultGiveUpAfterMs = 10 * 60_000;

/**
 * Reads everything the connector has into the store as one finished sync (`c1z-format.md §5`). Goes on where an
 * interrupted sync of the same kind stopped, in this process or another. Does not close the store: close it in any case,
 * since an unfinished sync is saved too.
 *
 * @throws BatonError what stopped the sync; the sync stays unfinished and can be resumed
 *
 * @example
 * const result = await syncConnector({ store, connector, logger, signal });
 */
export async function syncConnector(request: SyncRequestOptions): Promise<SyncResult> {
  const { store, connector, logger, signal, options = {}, clock = systemClock } = request;
  const plan = makePlan(connector, options);
  const order = new ListOrder(connector.resourceTypes);
  const { writer, state, resumed } = await begin(store, plan, request);
  const report = new Report({ logger, progress: request.progress, clock, resumed });
  const isFull = writer.run.syncType === 'full';
  const filter = new RowFilter(
    Array.from(plan.parts.values(), (part) => part.type),
    { dropForeign: isFull },
  );
  const invariants = new Invariants();
  const expandable = new ExpandableGrants();
  const planner = new Planner({ plan, state, writer, report });
  const collector = new Collector({ plan, planner, state, writer, filter, invariants, expandable, report });
  if (resumed) {
    logger.info('Resuming the interrupted sync', {
      sync_id: writer.run.syncId,
      completed_actions: state.completedActions,
    });
    await collector.resume(signal);
  }

  let savedMs = clock.now();
  const save = (): void => {
    writer.checkpoint(state.serialize());
    savedMs = clock.now();
  };
  const saveIfDue = (): void => {
    if (clock.now() - savedMs >= checkpointEveryMs) save();
  };
  const expand = async (action: Action): Promise<undefined> => {
    report.step('expansion');
    writer.markSupportsDiff();
    if (state.needsExpansion && options.skipExpandGrants !== true) {
      await writer.buildIndexes();
      const breather = new Breather();
      await expandGrants(writer, expandable, {
        pause: () => breather.pause(),
        warn: (message) => report.warn(message),
        afterBatch: async (grants) => {
          report.rows('grants', grants);
          saveIfDue();
          await giveWay();
          signal.throwIfAborted();
        },
      });
    }
    state.complete(action);
  };

  try {
    save();
    await runActions({
      state,
      signal,
      clock,
      workers: options.workers ?? defaultWorkers,
      giveUpAfterMs: options.giveUpAfterMs ?? defaultGiveUpAfterMs,
      isPlan: (action) => planner.isPlan(action),
      plan: (action) => planner.plan(action),
      isReady: (action) => order.isReady(action, state),
      page: (action, stop) => (action.operation === 'grant-expansion' ? expand(action) : collector.page(action, stop)),
      notFound: (action, error) => {
        collector.skip(action);
        report.skipped(
          `Left out, because it does not exist any more: ${describe(action)} (${error.message}).`,
          state.completedActions,
        );
      },
      pageDone: saveIfDue,
      waiting: (why) => report.waiting(why),
    });
    report.step('checks');
    for (const warning of filter.warnings()) report.warn(warning);
    invariants.check({ references: isFull });
    report.step('saving');
    const previous = isFull ? store.latestFinished() : undefined;
    if (previous) await writer.buildIndexes();
    // Before the clean-up, which may remove the previous sync.
    const changes = previous && (await store.changes(previous, writer));
    const stats = await store.finishSync(writer, {
      syncToken: state.serialize(),
      invariantCoverage: isFull ? ['I3', 'I4', 'I5', 'I7', 'I8', 'I9', 'I10'] : ['I5', 'I10'],
      ...(options.keepSyncCount !== undefined && { keepSyncCount: options.keepSyncCount }),
    });
    report.endStep();
    logger.info('Sync complete.', { sync_id: writer.run.syncId });
    const { warnings, durationsMs } = report;
    return { syncId: writer.run.syncId, stats, warnings, changes, durationsMs, resumed };
  } catch (error) {
    try {
      save();
    } catch (saveError) {
      // The run that resumes goes on from the checkpoint before; what stopped this one is the error to tell.
      logger.warn('The last checkpoint could not be written', { error: saveError });
    }
    throw BatonError.from(error, 'syncing');
  }
}

async function begin(
  store: C1zStore,
  plan: Plan,
  request: SyncRequestOptions,
): Promise<{ writer: SyncWriter; state: SyncState; resumed: boolean }> {
  const { options = {}, logger } = request;
  const found = await findResumable(store, plan, options);
  if (found.kind === 'resumable') return { ...found, resumed: true };
  if (found.kind === 'other') logger.info(`An interrupted sync is left alone: ${found.why}. Starting anew.`);
  const parentSyncId = plan.targets ? store.latestFinished()?.run.syncId : undefined;
  const writer = store.startSync({
    syncType: syncTypeOf(plan),
    ...(parentSyncId !== undefined && { parentSyncId }),
  });
  const state = SyncState.parse('');
  state.settingsHash = await settingsHash(writer.run.syncId, options);
  return { writer, state, resumed: false };
}

import { setImmediate as giveWay } from 'node:timers/promises';
import type { C1zStore, SyncType, SyncWriter } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Connector } from '../connector.ts';
import { parseResourceBid } from '../model/baton-id.ts';
import { Collector } from './collect.ts';
import { expandGrants } from './expansion/expand.ts';
import { ExpandableGrants } from './expansion/expandable-grants.ts';
import { Invariants } from './invariants.ts';
import { ListOrder } from './list-order.ts';
import type { SyncOptions, SyncRequestOptions, SyncResult } from './options.ts';
import { type Plan, Planner } from './planner.ts';
import { Report } from './report.ts';
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
  const { writer, state, resumed } = begin(store, plan);
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
    collector.resume();
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
    if (state.needsExpansion) {
      await writer.buildIndexes();
      await expandGrants(writer, expandable, {
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

function makePlan(connector: Connector, options: SyncOptions): Plan {
  const known = new Map(connector.resourceTypes.map((part) => [part.type.id, part]));
  const wanted = options.syncResourceTypes ?? [];
  for (const id of wanted) {
    if (!known.has(id))
      throw new BatonError(
        Code.InvalidArgument,
        `invalid resource type '${id}' in filter; there are ${[...known.keys()].join(', ')}`,
      );
  }
  const parts = wanted.length === 0 ? known : new Map([...known].filter(([id]) => wanted.includes(id)));
  const bids = options.syncResources ?? [];
  const targets = bids.map(parseResourceBid);
  for (const { resourceType } of targets) {
    if (!known.has(resourceType))
      throw new BatonError(
        Code.InvalidArgument,
        `invalid resource type '${resourceType}' in filter; there are ${[...known.keys()].join(', ')}`,
      );
  }
  const withEntitlements = options.skipEntitlementsAndGrants !== true;
  return {
    parts,
    knownTypes: new Set(known.keys()),
    targets: bids.length === 0 ? undefined : targets.filter(({ resourceType }) => parts.has(resourceType)),
    withEntitlements,
    withGrants: withEntitlements && options.skipGrants !== true,
  };
}

/**
 * Goes on with an interrupted sync unless its rows could be wrong: when all its actions were done it failed its checks,
 * and when it began with other resource types it would end with part of their lists.
 */
function begin(store: C1zStore, plan: Plan): { writer: SyncWriter; state: SyncState; resumed: boolean } {
  const syncType: SyncType = plan.targets ? 'partial' : plan.withEntitlements ? 'full' : 'resources_only';
  if (!plan.targets) {
    const writer = store.resumableSync(syncType);
    const state = writer && SyncState.parse(writer.run.syncToken);
    if (writer && state && state.size > 0 && hasSameTypes(writer, plan)) return { writer, state, resumed: true };
  }
  const parentSyncId = plan.targets ? store.latestFinished()?.run.syncId : undefined;
  const writer = store.startSync({ syncType, ...(parentSyncId !== undefined && { parentSyncId }) });
  return { writer, state: SyncState.parse(''), resumed: false };
}

function hasSameTypes(writer: SyncWriter, plan: Plan): boolean {
  const stored = writer.resourceTypes();
  return stored.length === 0 || (stored.length === plan.parts.size && stored.every(({ id }) => plan.parts.has(id)));
}

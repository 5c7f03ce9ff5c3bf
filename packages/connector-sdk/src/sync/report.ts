import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Logger } from '../logger.ts';
import type { Clock, SyncProgress, SyncStep } from './options.ts';
import type { Action } from './state.ts';

/** The same step is logged again after this. */
const logEveryMs = 10_000;
const maxWarningsKept = 100;
/** More skipped actions than both mean that the sync as a whole is wrong (`c1z-format.md §5.4`). */
const maxSkipped = 10;
const maxSkippedShare = 0.1;

/** Says what the sync does: to the log, to the progress line, and in the result. */
export class Report {
  readonly warnings: string[] = [];
  readonly durationsMs: Partial<Record<SyncStep, number>> = {};
  readonly #logger: Logger;
  readonly #progress: SyncProgress | undefined;
  readonly #clock: Clock;
  readonly #counts = { resources: 0, entitlements: 0, grants: 0 };
  /** Resources listed in this process, rows that replace earlier ones included. */
  readonly #resourcesByType = new Map<string, number>();
  readonly #resumed: boolean;
  #done = new Map<string, number>();
  #step: SyncStep = 'resource types';
  #stepStartedMs: number;
  #stepRows = 0;
  #lastLogMs = 0;
  #skipped = 0;
  #waiting: string | undefined;

  constructor(tools: { logger: Logger; progress: SyncProgress | undefined; clock: Clock; resumed: boolean }) {
    this.#logger = tools.logger;
    this.#progress = tools.progress;
    this.#clock = tools.clock;
    this.#resumed = tools.resumed;
    this.#stepStartedMs = tools.clock.now();
  }

  step(step: SyncStep): void {
    if (step === this.#step && this.#lastLogMs > 0) return;
    this.endStep();
    this.#step = step;
    this.#done = new Map();
    this.#stepRows = 0;
    this.#lastLogMs = this.#clock.now();
    this.#logger.info(stepMessages[step]);
    this.#tell();
  }

  /** Books the time of the current step. */
  endStep(): void {
    const now = this.#clock.now();
    this.durationsMs[this.#step] = (this.durationsMs[this.#step] ?? 0) + now - this.#stepStartedMs;
    this.#stepStartedMs = now;
  }

  resourceTypes(count: number): void {
    this.#logger.info('Synced resource types', { count });
  }

  rows(kind: 'resources' | 'entitlements' | 'grants', count: number): void {
    this.#counts[kind] += count;
    this.#stepRows += count;
    this.#tell();
    const now = this.#clock.now();
    if (now - this.#lastLogMs < logEveryMs) return;
    this.#lastLogMs = now;
    this.#logger.info(stepMessages[this.#step], { ...this.#counts });
    for (const typeId of this.#done.keys()) this.#logDone(stepMessages[this.#step], typeId);
  }

  resourcesListed(typeId: string, count: number): void {
    this.#resourcesByType.set(typeId, (this.#resourcesByType.get(typeId) ?? 0) + count);
    this.rows('resources', count);
  }

  actionDone(action: Action): void {
    const typeId = action.resourceTypeId ?? '';
    const done = (this.#done.get(typeId) ?? 0) + 1;
    this.#done.set(typeId, done);
    if (action.operation === 'list-resources' && !action.parentResourceTypeId) {
      const count = this.#resourcesByType.get(typeId) ?? 0;
      this.#logger.info('Synced resources', { resource_type_id: typeId, count });
    } else if (action.resourceId && done === this.#resourcesByType.get(typeId)) {
      if (this.#step === 'entitlements') this.#logDone('Synced entitlements', typeId);
      if (this.#step === 'grants') this.#logDone('Synced grants', typeId);
    }
    this.#tell();
  }

  /** After a resume the total is not known. */
  #logDone(message: string, typeId: string): void {
    const synced = this.#done.get(typeId) ?? 0;
    const total = this.#resumed ? 0 : (this.#resourcesByType.get(typeId) ?? 0);
    const share = total > 0 && { total, percent_complete: Math.floor((100 * synced) / total) };
    this.#logger.info(message, { resource_type_id: typeId, synced, ...share });
  }

  waiting(why: string | undefined): void {
    if (why === this.#waiting) return;
    this.#waiting = why;
    if (why !== undefined) this.#logger.info(`Waiting: ${why}`);
    this.#tell();
  }

  warn(message: string): void {
    this.#logger.warn(message);
    if (this.warnings.length < maxWarningsKept) this.warnings.push(message);
  }

  /** @throws BatonError `FailedPrecondition` when too many actions were skipped */
  skipped(message: string, completedActions: number): void {
    this.warn(message);
    this.#skipped += 1;
    if (this.#skipped > maxSkipped && this.#skipped > completedActions * maxSkippedShare) {
      throw new BatonError(
        Code.FailedPrecondition,
        `Too many warnings: ${this.#skipped} of ${completedActions} actions found nothing, the last one: ${message} The sync can be resumed.`,
      );
    }
  }

  #tell(): void {
    if (!this.#progress) return;
    const seconds = (this.#clock.now() - this.#stepStartedMs) / 1_000;
    this.#progress.update({
      step: this.#step,
      ...this.#counts,
      rowsPerSecond: seconds > 0 ? this.#stepRows / seconds : 0,
      doneByResourceType: this.#done,
      waiting: this.#waiting,
    });
  }
}

const stepMessages: Readonly<Record<SyncStep, string>> = {
  'resource types': 'Syncing resource types...',
  resources: 'Syncing resources...',
  entitlements: 'Syncing entitlements',
  grants: 'Syncing grants',
  expansion: 'Expanding grants...',
  checks: 'Checking the data...',
  saving: 'Finishing the sync...',
};

import { once } from 'node:events';
import type { Logger } from '@baton-ts/c1-server';
import type { Transaction } from 'kysely';
import { lockApp } from '../apps/app-rows.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export interface OwnersFollowPeopleParts {
  readonly store: Store;
  readonly logger: Pick<Logger, 'error'>;
  /** `rematchInSteps`. */
  readonly rematch: (
    store: Store,
    appId: string,
    inApp: (work: (trx: Transaction<Tables>) => Promise<void>) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>;
}

/**
 * Finds whose the accounts are when people have come or changed, so that nobody waits for the next sync. After the change, not
 * with it: whoever made it does not wait for a hundred thousand accounts, nor for a sync that is applied. What a process that
 * dies leaves undone the next sync does.
 */
export class OwnersFollowPeople {
  readonly #parts: OwnersFollowPeopleParts;
  #noticed = Promise.withResolvers<void>();

  constructor(parts: OwnersFollowPeopleParts) {
    this.#parts = parts;
  }

  /** People have come or changed. Several changes in a row are one. */
  notice(): void {
    this.#noticed.resolve();
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const stopped = once(signal, 'abort');
    for (;;) {
      await Promise.race([this.#noticed.promise, stopped]);
      if (signal.aborted) return;
      this.#noticed = Promise.withResolvers<void>();
      await this.#matchAll(signal);
    }
  }

  async #matchAll(signal: AbortSignal): Promise<void> {
    const { store, logger, rematch } = this.#parts;
    try {
      const apps = await store.db
        .selectFrom('apps')
        .select('id')
        .where('deleted_ms', 'is', null)
        .orderBy('id')
        .execute();
      for (const { id } of apps) {
        if (signal.aborted) return;
        const inApp = (work: (trx: Transaction<Tables>) => Promise<void>): Promise<void> =>
          store.transaction(async (trx) => {
            await lockApp(store, trx, id);
            await work(trx);
          });
        await rematch(store, id, inApp, signal);
      }
    } catch (error) {
      if (!signal.aborted)
        logger.error('accounts were not matched to changed people; the next sync does it', { error });
    }
  }
}

import { openStore, type StorePlace } from '../../store/open-store.ts';
import type { Upload } from '../ingest.ts';
import { ingestAside } from '../ingest-aside.ts';
import { Console } from './company.ts';

export interface IngestingOrder {
  readonly place: StorePlace;
  readonly to: Pick<Upload, 'appId' | 'connectorId'>;
  /** Taken in one after the other, again and again. */
  readonly paths: readonly string[];
  readonly nowMs: number;
}

/**
 * A process that takes in files, whatever they lack, and tells its parent about each one that was applied. The parent kills
 * it.
 */
async function work({ place, to, paths, nowMs }: IngestingOrder): Promise<void> {
  const store = await openStore({ ...place, clock: { now: () => nowMs, sleep: async () => {} } });
  const console = new Console(store, place.dataDir, ingestAside);
  console.nowMs = nowMs;
  process.send?.('open');
  for (;;) {
    for (const path of paths) {
      const { result, reason } = await console.upload(to, { path }, { force: true });
      process.send?.(result === 'APPLIED' ? result : `${result}: ${reason}`);
    }
  }
}

process.once('message', (order: IngestingOrder) => void work(order));

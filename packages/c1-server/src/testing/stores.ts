import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { memoryStore } from '../store/memory-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { C1Store } from '../store/store.ts';
import { tempFolder } from './harness.ts';

/** The kinds of store on which the tests run, by name. */
export const stores: Readonly<Record<string, (t: TestContext) => C1Store>> = {
  memory: () => memoryStore(),
  sqlite(t) {
    const store = openSqliteStore(join(tempFolder(t), 'store.db'));
    t.after(() => store.close());
    return store;
  },
};

import { countApp } from '../app-counts.ts';
import type { Migration } from './migrate.ts';

const PRESENT = 'removed_ms is null';

/** What lists of a hundred thousand rows need: words are found by an index, and what is counted often is kept. */
export const largeLists: Migration = async ({ table, index, searchable }, trx) => {
  await index('accounts_of_risk', 'accounts', ['app_id', 'highest_risk', 'search', 'id'], { where: PRESENT });
  await index('accounts_outside', 'accounts', ['app_id', 'search', 'id'], {
    where: 'is_external = 1 and removed_ms is null',
  });
  await searchable(['accounts', 'resources', 'entitlements']);
  await table('app_counts', { app_id: 'text', what: 'text', number: 'integer' }, ['app_id', 'what']);
  for (const { id } of await trx.selectFrom('apps').select('id').execute()) await countApp(trx, id);
};

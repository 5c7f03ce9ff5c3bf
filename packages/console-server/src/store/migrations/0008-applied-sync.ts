import type { Migration } from './migrate.ts';

/** Which file the rows of a connector come from: the next one is compared with it. */
export const appliedSync: Migration = async ({ addColumns }) => {
  await addColumns('connectors', { applied_sync_id: 'text?' });
};

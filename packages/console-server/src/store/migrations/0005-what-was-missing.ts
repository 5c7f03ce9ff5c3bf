import type { Migration } from './migrate.ts';

/**
 * The first tables got columns after some had been made, which those lack. A lease says where its holder listens, so that
 * other processes lead connectors there.
 */
export const whatWasMissing: Migration = async ({ addColumns }) => {
  await addColumns('c1_credentials', { created_by: 'text?', last_used_ms: 'integer?' });
  await addColumns('connectors', { key_rights: 'text?' });
  await addColumns('leases', { address: 'text?' });
};

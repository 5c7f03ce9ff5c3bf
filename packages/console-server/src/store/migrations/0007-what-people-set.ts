import type { Migration } from './migrate.ts';

/** Owners of resources, and who set the risk of an entitlement and when. */
export const whatPeopleSet: Migration = async ({ table, index, addColumns }) => {
  await table('resource_owners', { resource_id: 'text', person_id: 'text' }, ['resource_id', 'person_id']);
  await index('resource_owners_by_person', 'resource_owners', ['person_id', 'resource_id']);
  await addColumns('entitlements', { risk_set_by: 'text?', risk_set_ms: 'integer?' });
};

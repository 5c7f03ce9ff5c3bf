import KSUID from 'ksuid';
import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { entitlementSearch, resourceSearch } from './search-columns.ts';

/** The type of the built-in resource. No connector's: theirs are words. */
export const CREDENTIAL_TYPE = 'console:credential';

/**
 * The resource Credential with its entitlement Access, which stands for having an account at all (`governance.md §1.2`).
 * Every app has them, made when they are first asked for; their ids stay. Inside a transaction that holds the app's lock.
 *
 * @returns the id and the risk of the entitlement
 */
export async function accessEntitlement(
  trx: Transaction<Tables>,
  appId: string,
  nowMs: number,
): Promise<{ readonly id: string; readonly risk: number }> {
  const known = await trx
    .selectFrom('entitlements')
    .select(['id', 'risk'])
    .where('app_id', '=', appId)
    .where('connector_id', 'is', null)
    .where('external_id', '=', 'access')
    .executeTakeFirst();
  if (known !== undefined) return known;

  const seen = {
    first_seen_ms: nowMs,
    first_sync_id: null,
    last_seen_ms: nowMs,
    removed_ms: null,
    removed_sync_id: null,
  };
  const resourceId = KSUID.randomSync(new Date(nowMs)).string;
  const id = KSUID.randomSync(new Date(nowMs)).string;
  await trx
    .insertInto('resource_types')
    .values({
      app_id: appId,
      external_id: CREDENTIAL_TYPE,
      display_name: 'Credential',
      traits: '[]',
      removed_ms: null,
    })
    .execute();
  const resource = { display_name: 'Credential', custom_name: '', external_id: 'credential' };
  await trx
    .insertInto('resources')
    .values({
      ...resource,
      ...seen,
      id: resourceId,
      app_id: appId,
      connector_id: null,
      resource_type_id: CREDENTIAL_TYPE,
      description: 'Stands for the accounts of this app.',
      parent_id: null,
      status: null,
      status_details: '',
      profile: '{}',
      fingerprint: '',
      search: resourceSearch(resource),
    })
    .execute();
  const entitlement = { display_name: 'Access', alias: '', slug: 'access', external_id: 'access' };
  await trx
    .insertInto('entitlements')
    .values({
      ...entitlement,
      ...seen,
      id,
      app_id: appId,
      connector_id: null,
      resource_id: resourceId,
      resource_type_id: CREDENTIAL_TYPE,
      description: 'Has an account in this app.',
      purpose: 'ASSIGNMENT',
      risk: 0,
      connector_risk: 0,
      manual_risk: null,
      is_unknown: 0,
      frameworks: '[]',
      grant_count: 0,
      is_built_in: 1,
      is_immutable: 0,
      fingerprint: '',
      search: entitlementSearch(entitlement),
    })
    .execute();
  return { id, risk: 0 };
}

import { sql } from 'kysely';
import { countApp } from '../app-counts.ts';
import type { Migration } from './migrate.ts';

/** As `account-facets.ts` has it. */
const FACET = `case status when 'ENABLED' then 0 when 'DISABLED' then 1 else 2 end
  + 3 * case type when 'USER' then 0 when 'SERVICE_ACCOUNT' then 1 else 2 end
  + 9 * case when owner_id is null then 0 else 1 end
  + 18 * is_external
  + 36 * case when removed_ms is null then 0 else 1 end
  + 72 * (highest_risk + 1)`;

/**
 * What lists need that are narrowed in several ways at once, or show also what is gone: the same work for a page however many
 * rows are passed over. The indexes that held one way of narrowing each are not needed beside these.
 */
export const narrowedLists: Migration = async (_schema, trx) => {
  const run = (statement: string) => sql.raw(statement).execute(trx);
  const index = (name: string, on: string) => run(`create index if not exists ${name} on ${on}`);
  for (const [name, column] of [
    ['name', 'search'],
    ['email', 'email'],
    ['grant_count', 'grant_count'],
    ['risk', 'highest_risk'],
    ['first_seen', 'first_seen_ms'],
  ]) {
    await index(`accounts_of_facet_by_${name}`, `accounts (app_id, (${FACET}), ${column}, id)`);
    await index(`accounts_gone_by_${name}`, `accounts (app_id, ${column}, id) where removed_ms is not null`);
  }
  for (const name of ['by_status', 'by_type', 'of_risk', 'outside', 'without_owner', 'critical']) {
    await run(`drop index if exists accounts_${name}`);
  }
  await index('resources_with_gone', 'resources (app_id, search, id)');
  await index('resources_with_gone_by_type', 'resources (app_id, resource_type_id, search, id)');
  await index('entitlements_with_gone_by_name', 'entitlements (app_id, search, id)');
  await index('entitlements_with_gone_by_risk', 'entitlements (app_id, risk, id)');
  await index('entitlements_with_gone_by_grant_count', 'entitlements (app_id, grant_count, id)');
  await index('resources_gone', 'resources (search) where removed_ms is not null');
  await index('entitlements_gone', 'entitlements (search) where removed_ms is not null');
  // Lists over several apps are read app by app: PostgreSQL took these for the grants of an entitlement too.
  await run('drop index if exists grants_everywhere');
  await run('drop index if exists past_grants_everywhere');
  await index('people_disabled', `people (id) where status = 'DISABLED'`);
  for (const { id } of await trx.selectFrom('apps').select('id').execute()) await countApp(trx, id);
};

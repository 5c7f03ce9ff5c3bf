import type { CheckedRequest, PersonRef } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { sql, type Transaction } from 'kysely';
import { changedFields } from '../audit/changes.ts';
import { findOwners } from '../connectors/create-connector.ts';
import type { RequestContext } from '../domain/actor.ts';
import { riskLevelOf, riskRank } from '../domain/risk.ts';
import { entitlementSearch, resourceSearch } from '../ingestion/search-columns.ts';
import { countApp } from '../store/app-counts.ts';
import type { Tables } from '../store/tables.ts';
import { type AccountRow, accountOwners, getAccount } from './accounts.ts';
import { getAppForChange } from './app-rows.ts';
import type { AppParts } from './change-apps.ts';
import { type EntitlementRow, getEntitlement } from './entitlements.ts';
import { jsonTexts } from './lists.ts';
import { getResource, type ResourceRow } from './resources.ts';
import { saveThingOwners, thingOwners } from './thing-owners.ts';

type AccountChanges = CheckedRequest<'POST /api/v1/apps/{app_id}/app_users/{app_user_id}'>['body'];
type ResourceChanges = CheckedRequest<'POST /api/v1/apps/{app_id}/resources/{resource_id}'>['body'];
type EntitlementChanges = CheckedRequest<'POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}'>['body'];

/** Type and owner as a person sets them, kept across syncs. A type of null goes back to what the next sync says. */
export async function changeAccount(
  { store, audit, rematch }: AppParts,
  appId: string,
  accountId: string,
  { type, ownerId, resetOwner }: AccountChanges,
  context: RequestContext,
): Promise<AccountRow> {
  if (ownerId !== undefined && resetOwner === true) {
    throw new BatonError(Code.InvalidArgument, 'Set an owner or reset it, not both.');
  }
  return await store.transaction(async (trx) => {
    await getAppForChange(store, trx, appId, context.actor);
    const row = await getAccount(trx, appId, accountId);
    const set: Partial<AccountRow> = {};
    if (type !== undefined) Object.assign(set, type === null ? { type_is_manual: 0 } : { type, type_is_manual: 1 });
    if (ownerId === null) Object.assign(set, { owner_id: null, owner_source: 'CLEARED' });
    if (typeof ownerId === 'string') {
      await findOwners(trx, [ownerId]);
      Object.assign(set, { owner_id: ownerId, owner_source: 'MANUAL' });
    }
    if (resetOwner === true) Object.assign(set, { owner_id: null, owner_source: 'NONE' });
    if (Object.keys(set).length === 0) return row;
    await trx.updateTable('accounts').set(set).where('id', '=', accountId).execute();
    if (resetOwner === true || set.type !== undefined) await rematch(trx, appId, [accountId]);
    if (set.owner_id !== undefined || set.type !== undefined) await countApp(trx, appId);
    const next = await getAccount(trx, appId, accountId);
    const owners = await accountOwners(trx, [row, next]);
    const fieldsOf = (account: AccountRow) => ({
      type: account.type,
      typeIsManual: account.type_is_manual === 1,
      owner: owners.get(account.owner_id)?.email ?? null,
      ownerSource: account.owner_source,
    });
    const changed = changedFields(fieldsOf(row), fieldsOf(next));
    if (changed !== undefined) {
      const target = { kind: 'account', id: row.id, displayName: row.display_name };
      await audit.append(trx, context, { action: 'account.changed', target, ...changed });
    }
    return next;
  });
}

/** What people say about an entitlement; the connector's own words stay beside it. */
export async function changeEntitlement(
  { store, audit, clock }: AppParts,
  appId: string,
  entitlementId: string,
  { alias, riskLevel, complianceFrameworks, ownerIds }: EntitlementChanges,
  context: RequestContext,
): Promise<EntitlementRow> {
  return await store.transaction(async (trx) => {
    await getAppForChange(store, trx, appId, context.actor);
    const row = await getEntitlement(trx, appId, entitlementId);
    const manual = riskLevel === undefined ? row.manual_risk : riskLevel === null ? null : riskRank(riskLevel);
    const next: EntitlementRow = {
      ...row,
      alias: alias ?? row.alias,
      manual_risk: manual,
      risk: manual ?? row.connector_risk,
      ...(manual !== row.manual_risk && {
        risk_set_by: manual === null ? null : context.actor.id,
        risk_set_ms: manual === null ? null : clock.now(),
      }),
      frameworks:
        complianceFrameworks === undefined ? row.frameworks : JSON.stringify([...new Set(complianceFrameworks)].sort()),
    };
    next.search = entitlementSearch(next);
    const [ownersBefore, owners] = await ownersAround(trx, 'entitlement', row.id, ownerIds);
    const fieldsOf = (entitlement: EntitlementRow, people: typeof owners) => ({
      alias: entitlement.alias,
      riskLevel: riskLevelOf(entitlement.risk),
      riskIsManual: entitlement.manual_risk !== null,
      complianceFrameworks: jsonTexts(entitlement.frameworks),
      owners: emails(people),
    });
    const changed = changedFields(fieldsOf(row, ownersBefore), fieldsOf(next, owners));
    if (changed === undefined) return row;
    const { alias: name, manual_risk, risk, risk_set_by, risk_set_ms, frameworks, search } = next;
    await trx
      .updateTable('entitlements')
      .set({ alias: name, manual_risk, risk, risk_set_by, risk_set_ms, frameworks, search })
      .where('id', '=', row.id)
      .execute();
    if (ownerIds !== undefined) await saveThingOwners(trx, 'entitlement', row.id, owners);
    if (risk !== row.risk) {
      await moveRisk(trx, row, risk);
      await countApp(trx, appId);
    }
    const target = { kind: 'entitlement', id: row.id, displayName: next.alias || row.display_name };
    await audit.append(trx, context, { action: 'entitlement.changed', target, ...changed });
    return next;
  });
}

/** Who owns it before a change and after it. */
async function ownersAround(
  trx: Transaction<Tables>,
  thing: 'entitlement' | 'resource',
  id: string,
  ownerIds: readonly string[] | undefined,
): Promise<readonly [before: readonly PersonRef[], after: readonly PersonRef[]]> {
  const before = (await thingOwners(trx, thing, [id])).get(id) ?? [];
  if (ownerIds === undefined) return [before, before];
  return [before, ownerIds.length === 0 ? [] : await findOwners(trx, ownerIds)];
}

const emails = (people: readonly PersonRef[]): string[] => people.map(({ email }) => email).sort();

const countColumns = ['unrated_count', 'low_count', 'medium_count', 'high_count', 'critical_count'] as const;

/** Whoever holds the entitlement holds one less of the old risk and one more of the new one. */
async function moveRisk(trx: Transaction<Tables>, { id, risk: from, is_built_in }: EntitlementRow, to: number) {
  const [less, more] = [countColumns[from], countColumns[to]];
  if (less === undefined || more === undefined) throw new RangeError(`There is no risk ${from} or ${to}.`);
  const holders = trx
    .selectFrom('grants')
    .select('account_id')
    .where('entitlement_id', '=', id)
    .where('revoked_ms', 'is', null);
  // That somebody has an account at all is not among what the account counts.
  if (is_built_in === 0) {
    await trx
      .updateTable('accounts')
      .set({ [less]: sql`${sql.ref(less)} - 1`, [more]: sql`${sql.ref(more)} + 1` })
      .where('id', 'in', holders)
      .execute();
    await trx
      .updateTable('accounts')
      .set({
        highest_risk: sql<number>`case when critical_count > 0 then 4 when high_count > 0 then 3
          when medium_count > 0 then 2 when low_count > 0 then 1 when unrated_count > 0 then 0 else -1 end`,
      })
      .where('id', 'in', holders)
      .execute();
  }
  await trx
    .updateTable('grants')
    .set({ risk: to })
    .where('entitlement_id', '=', id)
    .where('revoked_ms', 'is', null)
    .execute();
}

/** What people call a resource, and who owns it. */
export async function changeResource(
  { store, audit }: AppParts,
  appId: string,
  resourceId: string,
  { customName, ownerIds }: ResourceChanges,
  context: RequestContext,
): Promise<ResourceRow> {
  return await store.transaction(async (trx) => {
    await getAppForChange(store, trx, appId, context.actor);
    const row = await getResource(trx, appId, resourceId);
    const next: ResourceRow = { ...row, custom_name: customName ?? row.custom_name };
    next.search = resourceSearch(next);
    const [ownersBefore, owners] = await ownersAround(trx, 'resource', row.id, ownerIds);
    const changed = changedFields(
      { customName: row.custom_name, owners: emails(ownersBefore) },
      { customName: next.custom_name, owners: emails(owners) },
    );
    if (changed === undefined) return row;
    const { custom_name, search } = next;
    await trx.updateTable('resources').set({ custom_name, search }).where('id', '=', resourceId).execute();
    if (ownerIds !== undefined) await saveThingOwners(trx, 'resource', row.id, owners);
    const target = { kind: 'resource', id: row.id, displayName: custom_name || row.display_name };
    await audit.append(trx, context, { action: 'resource.changed', target, ...changed });
    return next;
  });
}

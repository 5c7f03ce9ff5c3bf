import { Entitlement_PurposeValue, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { isExternal } from '../domain/owner-matching.ts';
import { countRisks } from '../domain/risk.ts';
import { organizationSetting } from '../settings/organization.ts';
import { readSetting } from '../settings/settings.ts';
import type { AppliedEntitlements } from './apply-entitlements.ts';
import { type GrantDifferences, GrantWriter, type HeldGrant } from './apply-grants.ts';
import type { ResourceIds } from './apply-resources.ts';
import { accessEntitlement } from './built-in.ts';
import { BulkWriter } from './bulk.ts';
import type { KnownAccount } from './change-set.ts';
import { chunks, type Ingestion } from './ingestion.ts';
import { type FindOwner, ownerFinder } from './owner-rules.ts';
import { resourceKey } from './resource-key.ts';
import { saidOfAccount, saidOfResource } from './said.ts';
import { accountSearch } from './search-columns.ts';

const said = {
  id: 'text',
  resource_id: 'text',
  display_name: 'text',
  email: 'text',
  username: 'text',
  keys: 'text',
  status: 'text',
  status_details: 'text',
  type: 'text',
  owner_id: 'text',
  owner_source: 'text',
  is_external: 'integer',
  grant_count: 'integer',
  critical_count: 'integer',
  high_count: 'integer',
  medium_count: 'integer',
  low_count: 'integer',
  unrated_count: 'integer',
  highest_risk: 'integer',
  roles: 'text',
  profile: 'text',
  fingerprint: 'text',
  search: 'text',
} as const;

/** An account to write: one that changed, or holds something whose risk or name did. */
interface Wanted {
  readonly index: number;
  readonly id: string;
  readonly known: KnownAccount | undefined;
  readonly fingerprint: string;
}

export async function applyAccounts(
  ingestion: Ingestion,
  resourceIds: ResourceIds,
  entitlements: AppliedEntitlements,
): Promise<GrantDifferences> {
  const { trx, dialect, appId, nowMs, changes, known, turns } = ingestion.parts;
  const access = await accessEntitlement(trx, appId, nowMs);
  const grants = new GrantWriter(ingestion, known.accounts.size === 0);
  const accounts = await accountsToWrite(ingestion, entitlements);
  const { trustedDomains } = await readSetting(trx, organizationSetting);
  const findOwner = accounts.length === 0 ? undefined : await ownerFinder(trx, appId);
  const roleName = roleNames(ingestion);

  const inserts = new BulkWriter({
    trx,
    dialect,
    how: 'insert',
    table: 'accounts',
    columns: { ...said, resource_type_id: 'text', external_id: 'text' },
    fixed: { app_id: appId, type_is_manual: 0, ...ingestion.firstSeen },
  });
  const updates = new BulkWriter({
    trx,
    dialect,
    how: 'update',
    table: 'accounts',
    columns: said,
    fixed: ingestion.seen,
  });

  for (const some of chunks(accounts)) {
    const stored = await grants.stored(some.flatMap(({ id, known: before }) => (before === undefined ? [] : [id])));
    for (const wanted of some) {
      const { index, id, known: before } = wanted;
      const held = heldBy(ingestion, index, entitlements);
      const row = accountRow({ ingestion, wanted, held, roleName, findOwner, trustedDomains, resourceIds });
      const { type, id: externalId } = ingestion.resourceAt(index);
      await (before === undefined
        ? inserts.add({ ...row, resource_type_id: type, external_id: externalId })
        : updates.add(row));
      const everything = [...held, { ...accessGrant, entitlementId: access.id, risk: access.risk }];
      await grants.write(id, stored.get(id) ?? [], everything);
      await turns();
    }
  }
  await inserts.flush();
  await updates.flush();

  const nothing = { ...countRisks([]), roles: '[]' };
  for (const some of chunks(changes.accounts.removed.map(({ id }) => id))) {
    for (const [id, before] of await grants.stored(some)) await grants.write(id, before, []);
    await trx.updateTable('accounts').set(nothing).where('id', 'in', some).execute();
    await turns();
  }
  await ingestion.markRemoved('accounts', changes.accounts.removed);
  return await grants.finish();
}

const accessGrant = { isDirect: true, sources: null, isImmutable: false, metadata: null } as const;

/** In the order of their ids, in which the index of grants has them. */
async function accountsToWrite(ingestion: Ingestion, { revalued }: AppliedEntitlements): Promise<Wanted[]> {
  const { trx, changes, known, scanned } = ingestion.parts;
  const wanted: Wanted[] = changes.accounts.present.map(({ index, known: before, fingerprint }) => ({
    index,
    id: before?.id ?? ingestion.nextId(),
    known: before,
    fingerprint,
  }));
  if (revalued.length > 0) {
    const holders = new Set<string>();
    for (const some of chunks(revalued)) {
      const rows = await trx
        .selectFrom('grants')
        .select('account_id')
        .distinct()
        .where('entitlement_id', 'in', some)
        .where('revoked_ms', 'is', null)
        .execute();
      for (const { account_id } of rows) holders.add(account_id);
    }
    for (const { id } of wanted) holders.delete(id);
    for (const [index, { type, id, isAccount }] of scanned.resources.entries()) {
      const before = isAccount ? known.accounts.get(resourceKey(type, id)) : undefined;
      if (before === undefined || !holders.has(before.id)) continue;
      wanted.push({ index, id: before.id, known: before, fingerprint: before.fingerprint });
    }
  }
  return wanted.sort((one, other) => (one.id < other.id ? -1 : 1));
}

function heldBy(
  {
    parts: {
      scanned: { holdings },
    },
  }: Ingestion,
  index: number,
  entitlements: AppliedEntitlements,
): (HeldGrant & { readonly entitlement: number })[] {
  return Array.from(holdings.heldBy(index)).flatMap((term) => {
    const terms = holdings.terms[term];
    const applied = terms && entitlements.list[terms.entitlement];
    if (terms === undefined || applied === undefined) return [];
    return [{ ...terms, entitlementId: applied.id, risk: applied.risk }];
  });
}

interface AccountToMake {
  readonly ingestion: Ingestion;
  readonly wanted: Wanted;
  readonly held: readonly (HeldGrant & { readonly entitlement: number })[];
  readonly roleName: (entitlement: number) => string | undefined;
  readonly findOwner: FindOwner | undefined;
  readonly trustedDomains: readonly string[];
  readonly resourceIds: ResourceIds;
}

function accountRow({ ingestion, wanted, held, roleName, findOwner, trustedDomains, resourceIds }: AccountToMake) {
  const { index, id, known: before, fingerprint } = wanted;
  const resource = ingestion.readResource(index);
  const { display_name, profile, status_details } = saidOfResource(resource);
  const account = saidOfAccount(resource);
  const { type: resourceType, id: externalId } = ingestion.resourceAt(index);
  const type = before?.manualType ?? account.type;
  const found = findOwner?.({
    type,
    keys: account.keys,
    display_name,
    external_id: externalId,
    resource_type_id: resourceType,
    profile,
  });
  const owner = before?.manualOwner ?? {
    owner_id: found?.ownerId ?? null,
    owner_source: found?.source ?? ('NONE' as const),
  };
  const roles = new Set(held.flatMap(({ entitlement }) => roleName(entitlement) ?? []));
  return {
    id,
    resource_id: resourceIds.at(index),
    display_name,
    email: account.email,
    username: account.username,
    keys: JSON.stringify(account.keys),
    status: account.status,
    status_details,
    type,
    ...owner,
    is_external: Number(isExternal(account.email, trustedDomains)),
    ...countRisks(held.map(({ risk }) => risk)),
    roles: JSON.stringify([...roles].sort()),
    profile,
    fingerprint,
    search: accountSearch({ display_name, email: account.email, username: account.username }),
  };
}

/** What a role is called that an entitlement gives; undefined for single permissions, of which a type may also be roles. */
function roleNames(ingestion: Ingestion): (entitlement: number) => string | undefined {
  const roleTypes = new Set(
    ingestion.parts.scanned.resourceTypes
      .filter(({ traits }) => traits.includes(ResourceType_Trait.ROLE))
      .map(({ id }) => id),
  );
  const names = new Map<number, string | undefined>();
  return (entitlement) => {
    if (names.has(entitlement)) return names.get(entitlement);
    const { resource, purpose, displayName, id } = ingestion.readEntitlement(entitlement);
    const isRole = roleTypes.has(resource?.id?.resourceType ?? '') && purpose !== Entitlement_PurposeValue.PERMISSION;
    const name = isRole ? resource?.displayName || displayName || id : undefined;
    names.set(entitlement, name);
    return name;
  };
}

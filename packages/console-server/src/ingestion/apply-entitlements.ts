import type { ResourceIds } from './apply-resources.ts';
import { BulkWriter } from './bulk.ts';
import type { Ingestion } from './ingestion.ts';
import { saidOfEntitlement } from './said.ts';
import { entitlementSearch } from './search-columns.ts';

const said = {
  id: 'text',
  resource_id: 'text',
  resource_type_id: 'text',
  slug: 'text',
  display_name: 'text',
  description: 'text',
  purpose: 'text',
  risk: 'integer',
  connector_risk: 'integer',
  is_unknown: 'integer',
  is_immutable: 'integer',
  fingerprint: 'text',
  search: 'text',
} as const;

/** What grants need of an entitlement. */
export interface AppliedEntitlement {
  readonly id: string;
  readonly risk: number;
}

export interface AppliedEntitlements {
  /** By the place in the file's list. */
  readonly list: readonly AppliedEntitlement[];
  /** Known ones whose holders have to be looked at again: their risk or name is another. */
  readonly revalued: readonly string[];
}

export async function applyEntitlements(ingestion: Ingestion, resourceIds: ResourceIds): Promise<AppliedEntitlements> {
  const { trx, dialect, appId, scanned, known, changes, turns } = ingestion.parts;
  const list: AppliedEntitlement[] = scanned.entitlements.map(({ id }) => {
    const before = known.entitlements.get(id);
    return before === undefined ? { id: ingestion.nextId(), risk: 0 } : { id: before.id, risk: before.risk };
  });
  const revalued: string[] = [];

  const inserts = new BulkWriter({
    trx,
    dialect,
    how: 'insert',
    table: 'entitlements',
    columns: { ...said, external_id: 'text' },
    fixed: {
      app_id: appId,
      alias: '',
      manual_risk: null,
      frameworks: '[]',
      grant_count: 0,
      is_built_in: 0,
      ...ingestion.firstSeen,
    },
  });
  const updates = new BulkWriter({
    trx,
    dialect,
    how: 'update',
    table: 'entitlements',
    columns: said,
    fixed: ingestion.seen,
  });
  for (const { index, known: before, fingerprint } of changes.entitlements.present) {
    const { id: externalId } = ingestion.entitlementAt(index);
    const entitlement = ingestion.readEntitlement(index);
    const columns = saidOfEntitlement(entitlement);
    const risk = before?.manualRisk ?? columns.connector_risk;
    const id = list[index]?.id ?? '';
    list[index] = { id, risk };
    if (before !== undefined && (before.risk !== risk || before.displayName !== columns.display_name))
      revalued.push(id);
    const row = {
      id,
      ...columns,
      resource_id: resourceIds.of(entitlement.resource?.id) ?? '',
      resource_type_id: entitlement.resource?.id?.resourceType ?? '',
      risk,
      fingerprint,
      search: entitlementSearch({ ...columns, alias: before?.alias ?? '', external_id: externalId }),
    };
    await (before === undefined ? inserts.add({ ...row, external_id: externalId }) : updates.add(row));
    await turns();
  }
  await inserts.flush();
  await updates.flush();
  await ingestion.markRemoved('entitlements', changes.entitlements.removed);
  return { list, revalued };
}

import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { Known, KnownRow } from './change-set.ts';
import { resourceKey } from './resource-key.ts';

const columns = ['id', 'connector_id', 'external_id', 'fingerprint', 'first_seen_ms', 'removed_ms'] as const;
type Row = Pick<Tables['resources'], (typeof columns)[number]>;

/**
 * What the app's tables hold of this connector. What deleted connectors of the same kind left behind counts as its own: an
 * account stays the same account when a connector is replaced (`governance.md §2.2`).
 */
export async function loadKnown(trx: Transaction<Tables>, appId: string, connectorId: string): Promise<Known> {
  const connectorIds = [connectorId, ...(await predecessors(trx, appId, connectorId))];
  const resources = await trx
    .selectFrom('resources')
    .select([...columns, 'resource_type_id', 'custom_name'])
    .where('app_id', '=', appId)
    .where('connector_id', 'in', connectorIds)
    .execute();
  const accounts = await trx
    .selectFrom('accounts')
    .select([...columns, 'resource_type_id', 'grant_count', 'type', 'type_is_manual', 'owner_id', 'owner_source'])
    .where('app_id', '=', appId)
    .where('connector_id', 'in', connectorIds)
    .execute();
  const entitlements = await trx
    .selectFrom('entitlements')
    .select([...columns, 'alias', 'display_name', 'risk', 'manual_risk'])
    .where('app_id', '=', appId)
    .where('connector_id', 'in', connectorIds)
    .execute();

  return {
    resources: byKey(resources, connectorId, (row) => ({
      key: resourceKey(row.resource_type_id, row.external_id),
      known: { ...knownRow(row), type: row.resource_type_id, customName: row.custom_name },
    })),
    accounts: byKey(accounts, connectorId, (row) => ({
      key: resourceKey(row.resource_type_id, row.external_id),
      known: {
        ...knownRow(row),
        grantCount: row.grant_count,
        manualType: row.type_is_manual === 1 ? row.type : undefined,
        manualOwner:
          row.owner_source === 'MANUAL' || row.owner_source === 'CLEARED'
            ? { owner_id: row.owner_id, owner_source: row.owner_source }
            : undefined,
      },
    })),
    entitlements: byKey(entitlements, connectorId, (row) => ({
      key: row.external_id,
      known: {
        ...knownRow(row),
        alias: row.alias,
        displayName: row.display_name,
        risk: row.risk,
        manualRisk: row.manual_risk,
      },
    })),
  };
}

async function predecessors(trx: Transaction<Tables>, appId: string, connectorId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('connectors as before')
    .innerJoin('connectors as now', 'now.catalog_id', 'before.catalog_id')
    .select('before.id')
    .where('now.id', '=', connectorId)
    .where('before.app_id', '=', appId)
    .where('before.id', '<>', connectorId)
    .where('before.deleted_ms', 'is not', null)
    .execute();
  return rows.map(({ id }) => id);
}

function knownRow(row: Row): KnownRow {
  return {
    id: row.id,
    connectorId: row.connector_id ?? '',
    fingerprint: row.fingerprint,
    firstSeenMs: row.first_seen_ms,
    removedMs: row.removed_ms,
  };
}

/** Of several rows with one key the connector's own counts, then the newest; the file says nothing about the others. */
function byKey<R extends Row, K extends KnownRow>(
  rows: readonly R[],
  connectorId: string,
  make: (row: R) => { readonly key: string; readonly known: K },
): Map<string, K> {
  const result = new Map<string, K>();
  for (const row of rows) {
    const { key, known } = make(row);
    const other = result.get(key);
    if (other === undefined) {
      result.set(key, known);
      continue;
    }
    const isBetter = known.connectorId === connectorId || (other.connectorId !== connectorId && known.id > other.id);
    const [better, rest] = isBetter ? [known, other] : [other, known];
    result.set(key, better);
    result.set(`${key}\0${rest.id}`, rest);
  }
  return result;
}

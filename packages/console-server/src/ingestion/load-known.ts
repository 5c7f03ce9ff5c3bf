import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { Known, KnownAccount, KnownEntitlement, KnownResource, KnownRow } from './change-set.ts';
import { resourceKey } from './resource-key.ts';

const columns = ['id', 'connector_id', 'external_id', 'fingerprint', 'first_seen_ms', 'removed_ms'] as const;
type Row = Pick<Tables['resources'], (typeof columns)[number]>;

/** Rows have many texts that are not kept: so many are in memory at a time. */
const ROWS_PER_PAGE = 20_000;

/**
 * What the app's tables hold of this connector. What deleted connectors of the same kind left behind counts as its own: an
 * account stays the same account when a connector is replaced (`governance.md §2.2`).
 */
export async function loadKnown(trx: Transaction<Tables>, appId: string, connectorId: string): Promise<Known> {
  const connectorIds = [connectorId, ...(await predecessors(trx, appId, connectorId))];
  const resources = new KnownRows<KnownResource>(connectorId);
  const accounts = new KnownRows<KnownAccount>(connectorId);
  const entitlements = new KnownRows<KnownEntitlement>(connectorId);
  const once = new Texts();

  await eachPage(
    (after) =>
      trx
        .selectFrom('resources')
        .select([...columns, 'resource_type_id', 'custom_name'])
        .where('app_id', '=', appId)
        .where('connector_id', 'in', connectorIds)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS_PER_PAGE)
        .execute(),
    (row) => {
      const type = once.of(row.resource_type_id);
      resources.add(resourceKey(type, row.external_id), {
        ...knownRow(row, once),
        type,
        customName: once.of(row.custom_name),
      });
    },
  );
  await eachPage(
    (after) =>
      trx
        .selectFrom('accounts')
        .select([...columns, 'resource_type_id', 'grant_count', 'type', 'type_is_manual', 'owner_id', 'owner_source'])
        .where('app_id', '=', appId)
        .where('connector_id', 'in', connectorIds)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS_PER_PAGE)
        .execute(),
    (row) =>
      accounts.add(resourceKey(once.of(row.resource_type_id), row.external_id), {
        ...knownRow(row, once),
        grantCount: row.grant_count,
        manualType: row.type_is_manual === 1 ? row.type : undefined,
        manualOwner:
          row.owner_source === 'MANUAL' || row.owner_source === 'CLEARED'
            ? { owner_id: row.owner_id, owner_source: row.owner_source }
            : undefined,
      }),
  );
  await eachPage(
    (after) =>
      trx
        .selectFrom('entitlements')
        .select([...columns, 'alias', 'display_name', 'risk', 'manual_risk'])
        .where('app_id', '=', appId)
        .where('connector_id', 'in', connectorIds)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS_PER_PAGE)
        .execute(),
    (row) =>
      entitlements.add(row.external_id, {
        ...knownRow(row, once),
        alias: row.alias,
        displayName: row.display_name,
        risk: row.risk,
        manualRisk: row.manual_risk,
      }),
  );
  return { resources: resources.byKey, accounts: accounts.byKey, entitlements: entitlements.byKey };
}

async function eachPage<R extends { readonly id: string }>(
  read: (after: string) => Promise<R[]>,
  use: (row: R) => void,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await read(after);
    for (const row of rows) use(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    after = last.id;
  }
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

function knownRow(row: Row, once: Texts): KnownRow {
  return {
    id: row.id,
    connectorId: once.of(row.connector_id ?? ''),
    fingerprint: row.fingerprint,
    firstSeenMs: row.first_seen_ms,
    removedMs: row.removed_ms,
  };
}

/** Of several rows with one key the connector's own counts, then the newest; the file says nothing about the others. */
class KnownRows<K extends KnownRow> {
  readonly byKey = new Map<string, K>();
  readonly #connectorId: string;

  constructor(connectorId: string) {
    this.#connectorId = connectorId;
  }

  add(key: string, known: K): void {
    const other = this.byKey.get(key);
    if (other === undefined) {
      this.byKey.set(key, known);
      return;
    }
    const isBetter =
      known.connectorId === this.#connectorId || (other.connectorId !== this.#connectorId && known.id > other.id);
    const [better, rest] = isBetter ? [known, other] : [other, known];
    this.byKey.set(key, better);
    this.byKey.set(`${key}\0${rest.id}`, rest);
  }
}

/** Texts that many rows have, each in memory once. */
class Texts {
  readonly #texts = new Map<string, string>();

  of(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // Names that people gave are all different.
    if (this.#texts.size < 1000) this.#texts.set(text, text);
    return text;
  }
}

import { BulkWriter } from './bulk.ts';
import { chunks, type Ingestion } from './ingestion.ts';

/** What an account holds according to the file. */
export interface HeldGrant {
  readonly entitlementId: string;
  readonly isDirect: boolean;
  readonly sources: string | null;
  readonly isImmutable: boolean;
  readonly metadata: string | null;
  readonly risk: number;
}

interface StoredGrant {
  readonly id: number;
  readonly account_id: string;
  readonly entitlement_id: string;
  readonly is_direct: number;
  readonly sources: string | null;
  readonly is_immutable: number;
  readonly metadata: string | null;
  readonly risk: number;
}

export interface GrantDifferences {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

const terms = {
  is_direct: 'integer',
  sources: 'text',
  is_immutable: 'integer',
  metadata: 'text',
  risk: 'integer',
} as const;

/** Writes who holds what, and counts for each entitlement how many hold it. */
export class GrantWriter {
  readonly #ingestion: Ingestion;
  readonly #inserts;
  readonly #updates;
  readonly #holders = new Map<string, number>();
  #revoked: number[] = [];
  #removed = 0;

  constructor(ingestion: Ingestion, isFirstSync: boolean) {
    const { trx, dialect, appId, connectorId, syncId, nowMs } = ingestion.parts;
    this.#ingestion = ingestion;
    this.#inserts = new BulkWriter({
      trx,
      dialect,
      how: 'insert',
      table: 'grants',
      columns: { account_id: 'text', entitlement_id: 'text', ...terms },
      fixed: {
        app_id: appId,
        connector_id: connectorId,
        granted_ms: nowMs,
        granted_sync_id: syncId,
        since_first_sync: Number(isFirstSync),
        revoked_ms: null,
        revoked_sync_id: null,
      },
    });
    this.#updates = new BulkWriter({
      trx,
      dialect,
      how: 'update',
      table: 'grants',
      columns: { id: 'integer', ...terms },
      fixed: { connector_id: connectorId },
    });
  }

  /** What these accounts hold in the database, by account. */
  async stored(accountIds: readonly string[]): Promise<Map<string, StoredGrant[]>> {
    const result = new Map<string, StoredGrant[]>(accountIds.map((id) => [id, []]));
    if (accountIds.length === 0) return result;
    const rows = await this.#ingestion.parts.trx
      .selectFrom('grants')
      .select(['id', 'account_id', 'entitlement_id', 'is_direct', 'sources', 'is_immutable', 'metadata', 'risk'])
      .where('account_id', 'in', accountIds)
      .where('revoked_ms', 'is', null)
      .execute();
    for (const row of rows) result.get(row.account_id)?.push(row);
    return result;
  }

  /** Makes what an account holds what the file says. */
  async write(accountId: string, stored: readonly StoredGrant[], held: readonly HeldGrant[]): Promise<void> {
    const left = new Map(stored.map((grant) => [grant.entitlement_id, grant]));
    for (const grant of held) {
      const before = left.get(grant.entitlementId);
      left.delete(grant.entitlementId);
      const columns = {
        is_direct: Number(grant.isDirect),
        sources: grant.sources,
        is_immutable: Number(grant.isImmutable),
        metadata: grant.metadata,
        risk: grant.risk,
      };
      if (before === undefined) {
        this.#count(grant.entitlementId, 1);
        await this.#inserts.add({ account_id: accountId, entitlement_id: grant.entitlementId, ...columns });
      } else if (differs(before, columns)) {
        await this.#updates.add({ id: before.id, ...columns });
      }
    }
    for (const { id, entitlement_id } of left.values()) {
      this.#count(entitlement_id, -1);
      this.#removed += 1;
      this.#revoked.push(id);
    }
    if (this.#revoked.length >= 10_000) await this.#revoke();
  }

  /** Writes what is waiting, and the numbers of holders. */
  async finish(): Promise<GrantDifferences> {
    await this.#inserts.flush();
    await this.#updates.flush();
    await this.#revoke();
    const { trx, dialect } = this.#ingestion.parts;
    const counts = new BulkWriter({
      trx,
      dialect,
      how: 'add',
      table: 'entitlements',
      columns: { id: 'text', grant_count: 'integer' },
      fixed: {},
    });
    for (const [id, change] of this.#holders) if (change !== 0) await counts.add({ id, grant_count: change });
    await counts.flush();
    return { added: this.#inserts.rows, removed: this.#removed, changed: this.#updates.rows };
  }

  #count(entitlementId: string, change: number): void {
    this.#holders.set(entitlementId, (this.#holders.get(entitlementId) ?? 0) + change);
  }

  async #revoke(): Promise<void> {
    const { trx, nowMs, syncId } = this.#ingestion.parts;
    const ids = this.#revoked;
    this.#revoked = [];
    for (const some of chunks(ids)) {
      await trx
        .updateTable('grants')
        .set({ revoked_ms: nowMs, revoked_sync_id: syncId })
        .where('id', 'in', some)
        .execute();
    }
  }
}

function differs(
  before: StoredGrant,
  now: Pick<StoredGrant, 'is_direct' | 'sources' | 'is_immutable' | 'metadata' | 'risk'>,
): boolean {
  return (
    before.is_direct !== now.is_direct ||
    before.sources !== now.sources ||
    before.is_immutable !== now.is_immutable ||
    before.metadata !== now.metadata ||
    before.risk !== now.risk
  );
}

import type { Transaction } from 'kysely';
import { type Amounts, ANOMALY_WINDOW_MS } from '../domain/anomaly.ts';
import type { Tables } from '../store/tables.ts';
import type { ChangeSet, Known } from './change-set.ts';
import type { ScannedSync } from './scan-sync.ts';

export interface AmountsOf {
  readonly trx: Transaction<Tables>;
  readonly appId: string;
  readonly connectorId: string;
  readonly nowMs: number;
  readonly known: Known;
  readonly scanned: ScannedSync;
  readonly changes: ChangeSet;
}

/** How many there are of each resource type, of all resources and of grants: before, when the window began, and afterwards. */
export async function amounts(of: AmountsOf): Promise<Amounts[]> {
  const { trx, connectorId, nowMs, known, scanned, changes } = of;
  let firstSyncMs = nowMs;
  for (const { firstSeenMs } of known.resources.values()) firstSyncMs = Math.min(firstSyncMs, firstSeenMs);
  const startMs = Math.max(nowMs - ANOMALY_WINDOW_MS, firstSyncMs + 1, await lastConfirmedMs(trx, connectorId));
  const before = new Tally();
  const windowStart = new Tally();
  const after = new Tally();
  for (const { type, firstSeenMs, removedMs } of known.resources.values()) {
    if (removedMs === null) before.count(type);
    if (firstSeenMs < startMs && (removedMs === null || removedMs >= startMs)) windowStart.count(type);
  }
  for (const { type } of scanned.resources) after.count(type);

  const names = new Map(scanned.resourceTypes.map(({ id, displayName }) => [id, displayName || id]));
  const types = new Set([...before.types(), ...windowStart.types()]);
  const grantsBefore = [...known.accounts.values()]
    .filter(({ removedMs }) => removedMs === null)
    .reduce((sum, { grantCount }) => sum + grantCount, 0);
  return [
    ...[...types].map((type) => ({
      what: names.get(type) ?? type,
      before: before.of(type),
      windowStart: windowStart.of(type),
      after: after.of(type),
    })),
    { what: 'resources', before: before.all, windowStart: windowStart.all, after: after.all },
    {
      what: 'grants',
      before: grantsBefore,
      windowStart: grantsBefore + (await grantsLostSince(of, startMs)),
      after: changes.accountGrants,
    },
  ];
}

/** What somebody has confirmed is not held against later syncs. */
async function lastConfirmedMs(trx: Transaction<Tables>, connectorId: string): Promise<number> {
  const row = await trx
    .selectFrom('syncs')
    .select((it) => it.fn.max('finished_ms').as('at_ms'))
    .where('connector_id', '=', connectorId)
    .where('trigger', '=', 'CONFIRMATION')
    .where('result', '=', 'APPLIED')
    .executeTakeFirst();
  // What was removed in that moment counts as before it.
  return (row?.at_ms ?? -1) + 1;
}

/** Grants that went, less those that came, within the window. Having an account at all is counted with the accounts. */
async function grantsLostSince({ trx, appId, connectorId }: AmountsOf, startMs: number): Promise<number> {
  const count = async (column: 'granted_ms' | 'revoked_ms'): Promise<number> => {
    const row = await trx
      .selectFrom('grants')
      .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
      .select((it) => it.fn.countAll<number>().as('number'))
      .where('grants.app_id', '=', appId)
      .where(`grants.${column}`, '>=', startMs)
      .where('grants.connector_id', '=', connectorId)
      .where('entitlements.is_built_in', '=', 0)
      .executeTakeFirstOrThrow();
    return row.number;
  };
  return (await count('revoked_ms')) - (await count('granted_ms'));
}

class Tally {
  all = 0;
  readonly #byType = new Map<string, number>();

  count(type: string): void {
    this.all += 1;
    this.#byType.set(type, this.of(type) + 1);
  }

  of(type: string): number {
    return this.#byType.get(type) ?? 0;
  }

  types(): Iterable<string> {
    return this.#byType.keys();
  }
}

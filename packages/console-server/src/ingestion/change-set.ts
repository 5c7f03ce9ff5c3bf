import type { Tables } from '../store/tables.ts';
import { resourceKey, type ScannedSync } from './scan-sync.ts';

/** A row of the database, as far as finding what has changed needs it. */
export interface KnownRow {
  readonly id: string;
  readonly connectorId: string;
  readonly fingerprint: string;
  readonly firstSeenMs: number;
  readonly removedMs: number | null;
}

export interface KnownResource extends KnownRow {
  readonly type: string;
  readonly customName: string;
}

export interface KnownAccount extends KnownRow {
  readonly grantCount: number;
  /** Set by a person; `undefined` when it follows the connector. */
  readonly manualType: Tables['accounts']['type'] | undefined;
  /** Set or cleared by a person; `undefined` when it follows the rules. */
  readonly manualOwner: Pick<Tables['accounts'], 'owner_id' | 'owner_source'> | undefined;
}

export interface KnownEntitlement extends KnownRow {
  readonly alias: string;
  readonly displayName: string;
  readonly risk: number;
  readonly manualRisk: number | null;
}

/** What is known of one app from this connector, and from deleted ones whose place it takes. By key. */
export interface Known {
  readonly resources: ReadonlyMap<string, KnownResource>;
  readonly accounts: ReadonlyMap<string, KnownAccount>;
  readonly entitlements: ReadonlyMap<string, KnownEntitlement>;
}

/** One row of the file that is new, says something new, or is there again. */
export interface Change<Row extends KnownRow> {
  /** Its place in the file's list. */
  readonly index: number;
  /** `undefined` for what was never seen. */
  readonly known: Row | undefined;
  readonly kind: 'added' | 'returned' | 'changed';
}

export interface Changes<Row extends KnownRow> {
  readonly present: readonly Change<Row>[];
  /** Known, and not in the file. */
  readonly removed: readonly Row[];
}

export interface ChangeSet {
  readonly resources: Changes<KnownResource>;
  /** Of accounts also those that hold something else than before. */
  readonly accounts: Changes<KnownAccount>;
  readonly entitlements: Changes<KnownEntitlement>;
}

export function isEmpty({ resources, accounts, entitlements }: ChangeSet): boolean {
  return [resources, accounts, entitlements].every(({ present, removed }) => present.length + removed.length === 0);
}

/** Fingerprints of accounts have a part for what they hold. */
export function saidPart(fingerprint: string): string {
  return fingerprint.split('.', 1)[0] ?? '';
}

export function changeSet(scanned: ScannedSync, known: Known): ChangeSet {
  const { resources, entitlements } = scanned;
  return {
    resources: compare(
      resources.map(({ type, id, fingerprint }) => [resourceKey(type, id), saidPart(fingerprint)]),
      known.resources,
    ),
    accounts: compare(
      resources.map(({ type, id, fingerprint, isAccount }) =>
        isAccount ? [resourceKey(type, id), fingerprint] : undefined,
      ),
      known.accounts,
    ),
    entitlements: compare(
      entitlements.map(({ id, fingerprint }) => [id, fingerprint]),
      known.entitlements,
    ),
  };
}

function compare<Row extends KnownRow>(
  rows: readonly (readonly [key: string, fingerprint: string] | undefined)[],
  known: ReadonlyMap<string, Row>,
): Changes<Row> {
  const present: Change<Row>[] = [];
  const found = new Set<Row>();
  for (const [index, row] of rows.entries()) {
    if (row === undefined) continue;
    const [key, fingerprint] = row;
    const before = known.get(key);
    if (before !== undefined) found.add(before);
    const kind = kindOf(before, fingerprint);
    if (kind !== undefined) present.push({ index, known: before, kind });
  }
  const removed = [...known.values()].filter((row) => row.removedMs === null && !found.has(row));
  return { present, removed };
}

function kindOf(before: KnownRow | undefined, fingerprint: string): Change<KnownRow>['kind'] | undefined {
  if (before === undefined) return 'added';
  if (before.removedMs !== null) return 'returned';
  return before.fingerprint === fingerprint ? undefined : 'changed';
}

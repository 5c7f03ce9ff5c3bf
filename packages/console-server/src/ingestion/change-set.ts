import type { Tables } from '../store/tables.ts';
import { accountFingerprint, holdingsPart } from './fingerprint.ts';
import { resourceKey } from './resource-key.ts';
import type { ScannedSync } from './scan-sync.ts';

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
  readonly fingerprint: string;
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
  /** Distinct grants to accounts in the file. */
  readonly accountGrants: number;
}

export function isEmpty({ resources, accounts, entitlements }: ChangeSet): boolean {
  return [resources, accounts, entitlements].every(({ present, removed }) => present.length + removed.length === 0);
}

export function changeSet({ resources, entitlements, holdings }: ScannedSync, known: Known): ChangeSet {
  const accounts: (readonly [key: string, fingerprint: string] | undefined)[] = [];
  let accountGrants = 0;
  for (const [index, { type, id, fingerprint, isAccount }] of resources.entries()) {
    if (!isAccount) {
      accounts.push(undefined);
      continue;
    }
    const key = resourceKey(type, id);
    const held = heldAsBefore(known.accounts.get(key), holdings.isAsBefore(index)) ?? holdings.summaryOf(index);
    accountGrants += held.count;
    accounts.push([key, accountFingerprint(fingerprint, held.fingerprint)]);
  }
  return {
    resources: compare(
      resources.map(({ type, id, fingerprint }) => [resourceKey(type, id), fingerprint]),
      known.resources,
    ),
    accounts: compare(accounts, known.accounts),
    entitlements: compare(
      entitlements.map(({ id, fingerprint }) => [id, fingerprint]),
      known.entitlements,
    ),
    accountGrants,
  };
}

/** What is known of an account holds for the file as well, when the file says of it what the one before has said. */
function heldAsBefore(known: KnownAccount | undefined, isAsBefore: boolean) {
  if (!isAsBefore || known === undefined || known.removedMs !== null) return undefined;
  const fingerprint = holdingsPart(known.fingerprint);
  return fingerprint === undefined ? undefined : { fingerprint, count: known.grantCount };
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
    if (kind !== undefined) present.push({ index, known: before, kind, fingerprint });
  }
  const removed = [...known.values()].filter((row) => row.removedMs === null && !found.has(row));
  return { present, removed };
}

function kindOf(before: KnownRow | undefined, fingerprint: string): Change<KnownRow>['kind'] | undefined {
  if (before === undefined) return 'added';
  if (before.removedMs !== null) return 'returned';
  return before.fingerprint === fingerprint ? undefined : 'changed';
}

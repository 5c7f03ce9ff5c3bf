import type { GrantsSince, StoredRow, SyncReader } from '@baton-ts/c1z';
import { type Grant, ResourceIdSchema } from '@baton-ts/protocol/connector-v2';
import { fromBinary } from '@bufbuild/protobuf';
import { grantParts } from './grant-bytes.ts';
import { type GrantTerms, type HoldingsSummary, TermsTable } from './grant-terms.ts';
import { byPrincipal, Numbers } from './grants-by-principal.ts';
import { checkCount } from './limits.ts';
import { resourceKey } from './resource-key.ts';

/** Who holds what. Resources and entitlements are known by their places in the file's lists. */
export interface Holdings {
  /** Who holds what on which terms: a grant is a principal and one of these. */
  readonly terms: readonly GrantTerms[];
  /** Grants to something that is not in the file. */
  readonly strayGrants: number;
  /** Whether the resource holds the same as in the earlier file that this one was compared with. */
  isAsBefore(resource: number): boolean;
  /** The terms of what the resource holds, each entitlement once. */
  heldBy(resource: number): Int32Array;
  summaryOf(resource: number): HoldingsSummary;
}

/** Where things are in the file's lists. */
export interface Places {
  readonly resources: ReadonlyMap<string, number>;
  readonly entitlements: ReadonlyMap<string, number>;
}

type Turns = () => Promise<void> | undefined;

/** The numbers of this many fit into memory. */
const MOST_GRANTS = 40_000_000;

/** Reads all grants: 2,000,000 of them take some 20 MB. */
export async function readAllHoldings(
  sync: SyncReader,
  accounts: readonly boolean[],
  places: Places,
  turns: Turns,
): Promise<Holdings> {
  const reader = new GrantReader(places);
  const principals = new Numbers();
  const held = new Numbers();
  for (const row of sync.storedRows('grants')) {
    const { principal, term } = reader.read(row);
    if (principal !== undefined && term !== undefined) {
      principals.push(principal);
      held.push(term);
      checkCount('grants', held.length, MOST_GRANTS);
    }
    await turns();
  }
  const grants = byPrincipal(accounts.length, principals, held);
  const { terms } = reader;
  const heldBy = (resource: number): Int32Array => terms.distinct(grants(resource));
  const summaries: (HoldingsSummary | undefined)[] = [];
  for (const [index, isAccount] of accounts.entries()) {
    summaries.push(isAccount ? terms.summaryOf(heldBy(index)) : undefined);
    await turns();
  }
  return {
    terms: terms.list,
    strayGrants: reader.strayGrants,
    isAsBefore: () => false,
    heldBy,
    summaryOf: (resource) => summaries[resource] ?? terms.summaryOf(heldBy(resource)),
  };
}

/** Reads the grants of those for whom they are asked. */
export function readHoldingsSince(
  sync: SyncReader,
  resources: readonly { readonly type: string; readonly id: string }[],
  places: Places,
  { principals }: GrantsSince,
): Holdings {
  const reader = new GrantReader(places);
  const concerned = new Set(
    principals.map(({ resourceType, resource }) => places.resources.get(resourceKey(resourceType, resource))),
  );
  const { terms } = reader;
  const known = new Map<number, Int32Array>();
  const heldBy = (index: number): Int32Array => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const held = new Numbers();
    const { type = '', id = '' } = resources[index] ?? {};
    for (const row of sync.storedGrantsOf({ resourceType: type, resource: id })) {
      const { term } = reader.read(row);
      if (term !== undefined) held.push(term);
    }
    const distinct = terms.distinct(held.values).slice();
    known.set(index, distinct);
    return distinct;
  };
  return {
    terms: terms.list,
    strayGrants: 0,
    isAsBefore: (resource) => !concerned.has(resource),
    heldBy,
    summaryOf: (resource) => terms.summaryOf(heldBy(resource)),
  };
}

/** Makes of each grant two numbers. */
class GrantReader {
  readonly terms: TermsTable;
  strayGrants = 0;
  readonly #places: Places;
  readonly #principals = new Map<string, number | undefined>();

  constructor(places: Places) {
    this.#places = places;
    this.terms = new TermsTable(places.entitlements);
  }

  read(row: StoredRow<Grant>): { readonly principal: number | undefined; readonly term: number | undefined } {
    const { resources } = this.#places;
    const parts = grantParts(row.data);
    let principal: number | undefined;
    let term: number | undefined;
    if (parts === undefined) {
      const grant = row.read();
      const { resourceType = '', resource = '' } = grant.principal?.id ?? {};
      principal = resources.get(resourceKey(resourceType, resource));
      term = this.terms.of(grant.entitlement?.id ?? '', grant);
    } else {
      principal = this.#principals.get(parts.principalKey);
      if (principal === undefined) {
        const { resourceType, resource } = fromBinary(ResourceIdSchema, parts.principalId);
        principal = resources.get(resourceKey(resourceType, resource));
        this.#principals.set(parts.principalKey, principal);
      }
      term = this.terms.ofBytes(parts.entitlementId, parts.rest);
    }
    if (principal === undefined || term === undefined) this.strayGrants += 1;
    return { principal, term };
  }
}

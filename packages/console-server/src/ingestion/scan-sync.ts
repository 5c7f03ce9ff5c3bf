import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { SyncReader } from '@baton-ts/c1z';
import { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Grant,
  GrantImmutableSchema,
  GrantMetadataSchema,
  GrantSchema,
  ResourceIdSchema,
  type ResourceType,
  ResourceType_Trait,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fromBinary } from '@bufbuild/protobuf';
import { grantParts, resourceIdBytes } from './grant-bytes.ts';

/**
 * What one sync says, without its texts: of each row a fingerprint that tells whether it has changed, of each grant two
 * numbers. So 100,000 accounts with 2,000,000 grants take some 100 MB.
 */
export interface ScannedSync {
  readonly resourceTypes: readonly ResourceType[];
  readonly resources: readonly ScannedResource[];
  readonly entitlements: readonly ScannedEntitlement[];
  /** Who holds what on which terms: a grant is a principal and one of these. */
  readonly terms: readonly GrantTerms[];
  /** The terms of what the resource of this index holds. */
  heldBy(resource: number): Int32Array;
  /** Distinct grants to accounts. */
  readonly accountGrants: number;
  /** Grants to something that is not in the file. */
  readonly strayGrants: number;
}

export interface ScannedResource {
  /** Type and id in one, for looking it up in the file. */
  readonly storedId: string;
  readonly type: string;
  readonly id: string;
  readonly isAccount: boolean;
  /** Of an account it covers what it holds, too. */
  fingerprint: string;
}

export interface ScannedEntitlement {
  readonly id: string;
  readonly fingerprint: string;
}

export interface GrantTerms {
  /** Its place in `entitlements`. */
  readonly entitlement: number;
  readonly isDirect: boolean;
  /** Ids of the entitlements that pass it on, as JSON. */
  readonly sources: string | null;
  readonly isImmutable: boolean;
  readonly metadata: string | null;
  /** The same for the same terms in every sync. */
  readonly fingerprint: string;
}

/** Part of every fingerprint: a version that reads more out of the same bytes counts it up, and all rows are read again. */
const FINGERPRINT_VERSION = '1';
/** Keys of the database's indexes are made of ids (`c1z-format.md §3.2`). */
const LONGEST_ID_BYTES = 1024;
/** The numbers of this many fit into memory. */
const MOST_RESOURCES = 2_000_000;
const MOST_ENTITLEMENTS = 1_000_000;
const MOST_GRANTS = 40_000_000;
/** Requests and timers get their turn after so long. */
const TURN_MS = 10;

export async function scanSync(sync: SyncReader, signal: AbortSignal): Promise<ScannedSync> {
  const turns = takeTurns(signal);
  const resourceTypes = sync.resourceTypes();
  for (const { id } of resourceTypes) checkId('resource type', id);
  const accountTypes = new Set(
    resourceTypes.filter(({ traits }) => traits.includes(ResourceType_Trait.USER)).map(({ id }) => id),
  );

  const resources: ScannedResource[] = [];
  const resourceIndex = new Map<string, number>();
  for (const row of sync.storedRows('resources')) {
    const { resourceType: type, resource: id } = resourceId(row.data) ??
      row.read().id ?? { resourceType: '', resource: '' };
    checkId('resource', id);
    resourceIndex.set(resourceKey(type, id), resources.length);
    const isAccount = accountTypes.has(type);
    resources.push({ storedId: row.id, type, id, isAccount, fingerprint: fingerprintOf(row.data) });
    checkCount('resources', resources.length, MOST_RESOURCES);
    await turns();
  }

  const entitlements: ScannedEntitlement[] = [];
  const entitlementIndex = new Map<string, number>();
  for (const { id, data } of sync.storedRows('entitlements')) {
    checkId('entitlement', id);
    entitlementIndex.set(id, entitlements.length);
    entitlements.push({ id, fingerprint: fingerprintOf(data) });
    checkCount('entitlements', entitlements.length, MOST_ENTITLEMENTS);
    await turns();
  }

  const terms = new TermsTable(entitlementIndex);
  const principalIndex = new Map<string, number | undefined>();
  const principals = new Numbers();
  const held = new Numbers();
  let strayGrants = 0;
  for (const row of sync.storedRows('grants')) {
    const parts = grantParts(row.data);
    let principal: number | undefined;
    let term: number | undefined;
    if (parts === undefined) {
      const grant = row.read();
      const { resourceType = '', resource = '' } = grant.principal?.id ?? {};
      principal = resourceIndex.get(resourceKey(resourceType, resource));
      term = terms.of(grant.entitlement?.id ?? '', grant);
    } else {
      principal = principalIndex.get(parts.principalKey);
      if (principal === undefined) {
        const { resourceType, resource } = fromBinary(ResourceIdSchema, parts.principalId);
        principal = resourceIndex.get(resourceKey(resourceType, resource));
        principalIndex.set(parts.principalKey, principal);
      }
      term = terms.ofBytes(parts.entitlementId, parts.rest);
    }
    if (principal === undefined || term === undefined) strayGrants += 1;
    else {
      principals.push(principal);
      held.push(term);
      checkCount('grants', held.length, MOST_GRANTS);
    }
    await turns();
  }

  const grants = byPrincipal(resources.length, principals, held);
  let accountGrants = 0;
  for (const [index, resource] of resources.entries()) {
    if (!resource.isAccount) continue;
    const own = terms.distinct(grants(index));
    accountGrants += own.length;
    resource.fingerprint = `${resource.fingerprint}.${terms.fingerprintOf(own)}`;
    await turns();
  }
  return {
    resourceTypes,
    resources,
    entitlements,
    terms: terms.list,
    heldBy: (resource) => terms.distinct(grants(resource)),
    accountGrants,
    strayGrants,
  };
}

/** How a resource is known, whatever connector brings it. */
export function resourceKey(type: string, id: string): string {
  return `${type}\0${id}`;
}

function resourceId(data: Uint8Array): { readonly resourceType: string; readonly resource: string } | undefined {
  const bytes = resourceIdBytes(data);
  return bytes && fromBinary(ResourceIdSchema, bytes);
}

function fingerprintOf(data: Uint8Array | string): string {
  return FINGERPRINT_VERSION + hash('sha256', data, 'base64url').slice(0, 22);
}

/** The terms of grants, each once. */
class TermsTable {
  readonly list: GrantTerms[] = [];
  readonly #entitlementIndex: ReadonlyMap<string, number>;
  readonly #plain = new Map<string, number>();
  readonly #others = new Map<string, number>();

  constructor(entitlementIndex: ReadonlyMap<string, number>) {
    this.#entitlementIndex = entitlementIndex;
  }

  /** By the bytes of what the grant says besides who and what. */
  ofBytes(entitlementId: string, rest: Uint8Array | undefined): number | undefined {
    if (rest === undefined) {
      let term = this.#plain.get(entitlementId);
      if (term === undefined) {
        term = this.of(entitlementId, { sources: undefined, annotations: [] });
        if (term !== undefined) this.#plain.set(entitlementId, term);
      }
      return term;
    }
    const key = `${entitlementId}\0${Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength).toString('latin1')}`;
    let term = this.#others.get(key);
    if (term === undefined) {
      term = this.of(entitlementId, fromBinary(GrantSchema, rest));
      if (term !== undefined) this.#others.set(key, term);
    }
    return term;
  }

  /** Adds terms. `undefined` when the entitlement is not in the file. */
  of(entitlementId: string, { sources, annotations }: Pick<Grant, 'sources' | 'annotations'>): number | undefined {
    const entitlement = this.#entitlementIndex.get(entitlementId);
    if (entitlement === undefined) return undefined;
    const ids = Object.keys(sources?.sources ?? {});
    // `c1z-format.md §5.6`, "Reading results".
    const isDirect = ids.length === 0 || ids.includes(entitlementId);
    const others = ids.filter((id) => id !== entitlementId).sort();
    const metadata = findAnnotation(annotations, GrantMetadataSchema)?.metadata;
    const said = {
      isDirect,
      sources: others.length === 0 ? null : JSON.stringify(others),
      isImmutable: hasAnnotation(annotations, GrantImmutableSchema),
      metadata: metadata === undefined || Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata),
    };
    this.list.push({ entitlement, ...said, fingerprint: fingerprintOf(JSON.stringify([entitlementId, said])) });
    return this.list.length - 1;
  }

  /** Each entitlement once: a connector may say the same twice. What is held directly counts. */
  distinct(held: Int32Array): Int32Array {
    if (held.length < 2) return held;
    const sorted = held.toSorted((one, other) => this.#order(one, other));
    let length = 0;
    let last = -1;
    for (const term of sorted) {
      const entitlement = this.list[term]?.entitlement ?? -1;
      if (entitlement === last) continue;
      last = entitlement;
      sorted[length++] = term;
    }
    return sorted.subarray(0, length);
  }

  fingerprintOf(held: Int32Array): string {
    const all = Array.from(held, (term) => this.list[term]?.fingerprint ?? '').sort();
    return fingerprintOf(all.join(' '));
  }

  #order(one: number, other: number): number {
    const [a, b] = [this.list[one], this.list[other]];
    if (a === undefined || b === undefined) return 0;
    if (a.entitlement !== b.entitlement) return a.entitlement - b.entitlement;
    return Number(b.isDirect) - Number(a.isDirect) || (a.fingerprint < b.fingerprint ? -1 : 1);
  }
}

/** A list of whole numbers that grows, four bytes each. */
class Numbers {
  length = 0;
  #values = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  get values(): Int32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** Sorts what is held by who holds it. */
function byPrincipal(count: number, principals: Numbers, held: Numbers): (principal: number) => Int32Array {
  const starts = new Int32Array(count + 1);
  for (const principal of principals.values) starts[principal + 1] = (starts[principal + 1] ?? 0) + 1;
  for (let index = 0; index < count; index += 1) starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice();
  const sorted = new Int32Array(held.length);
  const terms = held.values;
  for (const [index, principal] of principals.values.entries()) {
    const place = next[principal] ?? 0;
    next[principal] = place + 1;
    sorted[place] = terms[index] ?? 0;
  }
  return (principal) => sorted.subarray(starts[principal], starts[principal + 1]);
}

function checkId(what: string, id: string): void {
  const problem =
    id === ''
      ? 'is empty'
      : id.includes('\0')
        ? 'holds a zero character'
        : Buffer.byteLength(id) > LONGEST_ID_BYTES
          ? `is longer than ${LONGEST_ID_BYTES} bytes`
          : undefined;
  if (problem === undefined) return;
  throw new BatonError(Code.InvalidArgument, `the id of a ${what} ${problem}: ${JSON.stringify(id.slice(0, 60))}`);
}

function checkCount(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new BatonError(Code.ResourceExhausted, `it holds more than ${most.toLocaleString('en')} ${what}`);
}

/** Lets others have the thread now and then, and stops when the signal says so. */
export function takeTurns(signal: AbortSignal): () => Promise<void> | undefined {
  let startedMs = performance.now();
  let calls = 0;
  const yieldTurn = async (): Promise<void> => {
    await setImmediate();
    signal.throwIfAborted();
    startedMs = performance.now();
  };
  return () => {
    calls += 1;
    if (calls % 64 !== 0 || performance.now() - startedMs < TURN_MS) return undefined;
    return yieldTurn();
  };
}

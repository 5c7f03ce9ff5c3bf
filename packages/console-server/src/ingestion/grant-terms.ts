import { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';
import { type Grant, GrantImmutableSchema, GrantMetadataSchema, GrantSchema } from '@baton-ts/protocol/connector-v2';
import { fromBinary } from '@bufbuild/protobuf';
import { fingerprintOf } from './fingerprint.ts';

/** An entitlement, and how it is held. */
export interface GrantTerms {
  /** Its place in the file's list. */
  readonly entitlement: number;
  readonly isDirect: boolean;
  /** Ids of the entitlements that pass it on, as JSON. */
  readonly sources: string | null;
  readonly isImmutable: boolean;
  readonly metadata: string | null;
  /** The same for the same terms in every sync. */
  readonly fingerprint: string;
}

export interface HoldingsSummary {
  readonly count: number;
  /** Tells whether the same is held as before, whatever the order in the file. */
  readonly fingerprint: string;
}

/** The terms of grants, each once. */
export class TermsTable {
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

  summaryOf(held: Int32Array): HoldingsSummary {
    const all = Array.from(held, (term) => this.list[term]?.fingerprint ?? '').sort();
    return { count: held.length, fingerprint: fingerprintOf(all.join(' ')) };
  }

  #order(one: number, other: number): number {
    const [a, b] = [this.list[one], this.list[other]];
    if (a === undefined || b === undefined) return 0;
    if (a.entitlement !== b.entitlement) return a.entitlement - b.entitlement;
    return Number(b.isDirect) - Number(a.isDirect) || (a.fingerprint < b.fingerprint ? -1 : 1);
  }
}

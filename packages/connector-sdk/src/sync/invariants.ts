import { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  EntitlementExclusionGroupSchema,
  type Grant,
  InsertResourceGrantsSchema,
  type Resource,
  type ResourceId,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { hasExternalMatch } from './row-filter.ts';

/** A report that nobody can read helps nobody. */
const maxExamples = 25;
/** Readers refuse larger groups (`c1z-format.md §6`, I5). */
const maxGroupSize = 50;

type ReferenceCheck = 'I3' | 'I7' | 'I8' | 'I9';
const meaning: Readonly<Record<ReferenceCheck, string>> = {
  I3: "grants whose entitlement's resource was never listed",
  I7: 'entitlements whose resource was never listed',
  I8: 'grants whose entitlement was never listed',
  I9: 'grants whose principal was never listed',
};

interface Missing {
  count: number;
  /** Row id by the thing it needs, at most one per thing needed. */
  readonly neededBy: Map<string, string>;
}

/** The same data would fail again: a sync that ends with this is not worth repeating. */
export class InvariantViolation extends BatonError {}

/**
 * Watches the rows of a sync for references to nothing and for exclusion groups that no reader accepts
 * (`c1z-format.md §6`). Memory: one short text for each resource and entitlement, none for a grant that is right.
 */
export class Invariants {
  readonly #resources = new Set<string>();
  readonly #entitlements = new Set<string>();
  readonly #groups = new Map<string, Map<string, { typeId: string; isDefault: boolean }>>();
  readonly #missing: Record<ReferenceCheck, Missing> = {
    I3: { count: 0, neededBy: new Map() },
    I7: { count: 0, neededBy: new Map() },
    I8: { count: 0, neededBy: new Map() },
    I9: { count: 0, neededBy: new Map() },
  };
  /** Objects that recur on many grants and were found right. */
  readonly #known = new WeakSet<object>();

  hasResource(id: { readonly resourceType: string; readonly resource: string }): boolean {
    return this.#resources.has(resourceKey(id));
  }

  addResources(rows: readonly Resource[]): void {
    for (const row of rows) if (row.id) this.#resources.add(resourceKey(row.id));
  }

  addEntitlements(rows: readonly Entitlement[]): void {
    for (const row of rows) {
      this.#entitlements.add(row.id);
      if (row.resource?.id) this.#need('I7', this.#resources, resourceKey(row.resource.id), row.id);
      this.#addToGroup(row);
    }
  }

  addGrants(rows: readonly Grant[]): void {
    for (const row of rows) {
      const { entitlement, principal } = row;
      if (entitlement?.resource?.id && !this.#known.has(entitlement)) {
        const exempt = hasAnnotation(row.annotations, InsertResourceGrantsSchema);
        const onListed = this.#need('I3', this.#resources, resourceKey(entitlement.resource.id), row.id);
        const listed = exempt || this.#need('I8', this.#entitlements, entitlement.id, row.id);
        if (onListed && listed && !exempt) this.#known.add(entitlement);
      }
      if (principal?.id && !this.#known.has(principal) && !hasExternalMatch(row)) {
        if (this.#need('I9', this.#resources, resourceKey(principal.id), row.id)) this.#known.add(principal);
      }
    }
  }

  /** @throws InvariantViolation `Internal` when a reader would refuse or discard what the connector gave */
  check(options: { references: boolean }): void {
    const problems = [...this.#groupProblems(), ...(options.references ? this.#referenceProblems() : [])];
    if (problems.length === 0) return;
    throw new InvariantViolation(
      Code.Internal,
      `The connector's data contradicts itself, so the sync is not finished. This is a bug in the connector.\n${problems.join('\n')}`,
    );
  }

  #need(check: ReferenceCheck, there: ReadonlySet<string>, key: string, rowId: string): boolean {
    if (there.has(key)) return true;
    const missing = this.#missing[check];
    missing.count += 1;
    if (!missing.neededBy.has(key)) missing.neededBy.set(key, rowId);
    return false;
  }

  #referenceProblems(): string[] {
    const problems: string[] = [];
    for (const check of ['I7', 'I3', 'I8', 'I9'] as const) {
      const there = check === 'I8' ? this.#entitlements : this.#resources;
      const still = [...this.#missing[check].neededBy].filter(([key]) => !there.has(key));
      if (still.length === 0) continue;
      const examples = still.slice(0, maxExamples).map(([key, rowId]) => `  ${rowId} needs ${key.replace('\0', ' ')}`);
      problems.push(`${check}: ${meaning[check]}: ${still.length} missing.\n${examples.join('\n')}`);
    }
    return problems;
  }

  #addToGroup(row: Entitlement): void {
    if (row.annotations.length === 0) return;
    const group = findAnnotation(row.annotations, EntitlementExclusionGroupSchema);
    if (!group) return;
    const members = this.#groups.get(group.exclusionGroupId) ?? new Map();
    members.set(row.id, { typeId: row.resource?.id?.resourceType ?? '', isDefault: group.isDefault });
    this.#groups.set(group.exclusionGroupId, members);
  }

  #groupProblems(): string[] {
    const problems: string[] = [];
    for (const [name, members] of this.#groups) {
      const all = [...members.values()];
      const types = new Set(all.map((member) => member.typeId));
      const defaults = all.filter((member) => member.isDefault).length;
      const say = (what: string) => problems.push(`I5: the exclusion group ${JSON.stringify(name)} ${what}`);
      if (types.size > 1) say(`spans the resource types ${[...types].join(', ')}; one is allowed.`);
      if (defaults > 1) say(`has ${defaults} default entitlements; one is allowed.`);
      if (all.length > maxGroupSize) say(`has ${all.length} entitlements; ${maxGroupSize} are allowed.`);
    }
    return problems;
  }
}

function resourceKey(id: Pick<ResourceId, 'resourceType' | 'resource'>): string {
  return `${id.resourceType}\0${id.resource}`;
}

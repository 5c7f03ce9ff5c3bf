import { findAnnotation } from '@baton-ts/protocol/annotations';
import { type Entitlement, EntitlementExclusionGroupSchema } from '@baton-ts/protocol/connector-v2';
import type { CheckedRow } from './rows.ts';

const MAX_ENTITLEMENTS = 50;

/** Groups of entitlements of which at most one can be held (`c1z-format.md §6 I5`). */
export class ExclusionGroups {
  readonly #groups = new Map<string, { readonly resourceType: string; size: number; defaults: number }>();

  add(row: CheckedRow, entitlement: Entitlement): void {
    let annotation: ReturnType<typeof findAnnotation<typeof EntitlementExclusionGroupSchema>>;
    try {
      annotation = findAnnotation(entitlement.annotations, EntitlementExclusionGroupSchema);
    } catch {
      row.error('exclusion-group', '§6 I5', 'its EntitlementExclusionGroup cannot be read');
      return;
    }
    if (annotation === undefined) return;
    const id = annotation.exclusionGroupId;
    const resourceType = entitlement.resource?.id?.resourceType ?? '';
    const group = this.#groups.get(id) ?? { resourceType, size: 0, defaults: 0 };
    this.#groups.set(id, group);
    group.size += 1;
    group.defaults += Number(annotation.isDefault);
    const tell = (problem: string): void =>
      row.error('exclusion-group', '§6 I5', `the exclusion group “${id}” ${problem}`);
    if (group.resourceType !== resourceType) tell(`spans the types ${group.resourceType} and ${resourceType}`);
    if (group.size === MAX_ENTITLEMENTS + 1) tell(`has more than ${MAX_ENTITLEMENTS} entitlements`);
    if (annotation.isDefault && group.defaults === 2) tell('has more than one default');
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  AppTraitSchema,
  type Entitlement,
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  GroupTraitSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  RoleTraitSchema,
  SecretTraitSchema,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import type { ExclusionGroups } from './exclusion-groups.ts';
import type { Report } from './finding.ts';
import { GrantDecoder } from './grant-decoder.ts';
import { CheckedRow, shown } from './rows.ts';

/** The annotation that a resource carries for each trait of its type (`c1z-format.md §5.3`). */
const traitSchemas: ReadonlyMap<ResourceType_Trait, DescMessage> = new Map<ResourceType_Trait, DescMessage>([
  [ResourceType_Trait.USER, UserTraitSchema],
  [ResourceType_Trait.GROUP, GroupTraitSchema],
  [ResourceType_Trait.ROLE, RoleTraitSchema],
  [ResourceType_Trait.APP, AppTraitSchema],
  [ResourceType_Trait.SECRET, SecretTraitSchema],
]);

/** Traits by resource type id, of one sync. */
export type TraitsByType = ReadonlyMap<string, readonly ResourceType_Trait[]>;

interface SyncTable {
  readonly db: DatabaseSync;
  readonly syncId: string;
  readonly report: Report;
}

export function checkResourceTypes(from: SyncTable): TraitsByType {
  const traits = new Map<string, readonly ResourceType_Trait[]>();
  for (const row of rowsOf('v1_resource_types', from)) {
    const type = row.decode(ResourceTypeSchema);
    if (type === undefined) continue;
    row.checkColumn('external_id', type.id, '§3.1');
    row.checkEncoding(ResourceTypeSchema, type);
    traits.set(type.id, type.traits);
  }
  return traits;
}

export function checkResources(from: SyncTable, traits: TraitsByType): void {
  for (const row of rowsOf('v1_resources', from)) {
    const resource = row.decode(ResourceSchema);
    if (resource === undefined) continue;
    row.checkColumn('external_id', `${resource.id?.resourceType ?? ''}:${resource.id?.resource ?? ''}`, '§3.1');
    row.checkColumn('resource_type_id', resource.id?.resourceType ?? '');
    row.checkColumn('parent_resource_type_id', resource.parentResourceId?.resourceType);
    row.checkColumn('parent_resource_id', resource.parentResourceId?.resource);
    row.checkEncoding(ResourceSchema, resource);
    checkTraits(row, resource, traits);
  }
}

function checkTraits(row: CheckedRow, resource: Resource, traits: TraitsByType): void {
  for (const trait of traits.get(resource.id?.resourceType ?? '') ?? []) {
    const schema = traitSchemas.get(trait);
    if (schema === undefined || hasAnnotation(resource.annotations, schema)) continue;
    row.error('trait-missing', '§5.3', `its type demands the annotation ${schema.typeName}, which it does not carry`);
  }
}

export function checkEntitlements(from: SyncTable, groups: ExclusionGroups): void {
  for (const row of rowsOf('v1_entitlements', from)) {
    const entitlement = row.decode(EntitlementSchema);
    if (entitlement === undefined) continue;
    row.checkColumn('external_id', entitlement.id, '§3.1');
    checkResourceColumns(row, entitlement);
    row.checkEncoding(EntitlementSchema, entitlement);
    groups.add(row, entitlement);
  }
}

function checkResourceColumns(row: CheckedRow, entitlement: Entitlement): void {
  row.checkColumn('resource_type_id', entitlement.resource?.id?.resourceType ?? '');
  row.checkColumn('resource_id', entitlement.resource?.id?.resource ?? '');
}

export function checkGrants(from: SyncTable): void {
  const decoder = new GrantDecoder();
  for (const row of rowsOf('v1_grants', from)) {
    const data = row.value('data');
    if (!(data instanceof Uint8Array)) continue;
    const grant = decoder.decode(data);
    if (grant === undefined) {
      row.error('data-undecodable', '§3.1', `the data is no ${GrantSchema.typeName}`);
      continue;
    }
    const { id, entitlement, principal } = grant;
    if (entitlement === undefined || principal === undefined) {
      row.warning('slim-grant', '§3.1', 'the data lacks the entitlement or the principal; older readers cannot use it');
    }
    if (id !== '' || entitlement !== undefined) row.checkColumn('external_id', id, '§3.1');
    if (entitlement !== undefined) {
      row.checkColumn('entitlement_id', entitlement.id);
      checkResourceColumns(row, entitlement);
    }
    if (principal !== undefined) {
      row.checkColumn('principal_resource_type_id', principal.id?.resourceType ?? '');
      row.checkColumn('principal_resource_id', principal.id?.resource ?? '');
    }
    if (!grant.fieldsAscend) {
      row.warning('encoding', '§3.3', 'the data is not encoded in the one order that comparisons rely on');
    }
    checkExpansion(row, grant.isExpandable);
  }
}

/** `expansion` and `needs_expansion` (`c1z-format.md §2.5`); older files have neither. */
function checkExpansion(row: CheckedRow, isInside: boolean): void {
  const expansion = row.value('expansion');
  if (expansion === undefined) return;
  if (isInside)
    row.warning('expandable-inside', '§2.5', 'GrantExpandable is inside the data instead of the column expansion');
  if (expansion instanceof Uint8Array) {
    const problem = expansionProblem(expansion);
    if (problem !== undefined) row.error('expansion', '§2.5', `the column expansion ${problem}`);
  }
  const flag = row.value('needs_expansion');
  if ((flag !== 0 && flag !== 1) || (expansion === null && flag === 1)) {
    row.error(
      'needs-expansion',
      '§2.5',
      `needs_expansion is ${shown(flag)} and expansion is ${expansion === null ? 'NULL' : 'set'}`,
    );
  }
}

function expansionProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'is an empty blob where NULL belongs';
  try {
    const { entitlementIds } = fromBinary(GrantExpandableSchema, bytes);
    return entitlementIds.some((id) => id.trim() !== '') ? undefined : 'names no entitlement';
  } catch {
    return 'is no GrantExpandable';
  }
}

export function checkAssets(from: SyncTable): void {
  for (const row of rowsOf('v1_assets', from)) {
    const data = row.value('data');
    if (data instanceof Uint8Array && data.length === 0)
      row.error('asset-empty', '§2.5', 'an asset without data is not stored');
  }
}

function* rowsOf(table: string, { db, syncId, report }: SyncTable): Generator<CheckedRow> {
  for (const values of db.prepare(`select * from ${table} where sync_id = ? order by id`).iterate(syncId)) {
    const row = new CheckedRow(table, values, report);
    row.checkCommon();
    yield row;
  }
}

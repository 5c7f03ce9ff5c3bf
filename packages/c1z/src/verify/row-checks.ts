import type { DatabaseSync } from 'node:sqlite';
import { hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  AppTraitSchema,
  type Entitlement,
  EntitlementSchema,
  GroupTraitSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  RoleTraitSchema,
  SecretTraitSchema,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import type { DescMessage } from '@bufbuild/protobuf';
import type { ExclusionGroups } from './exclusion-groups.ts';
import type { Report } from './finding.ts';
import { type CheckedRow, CheckedTable } from './rows.ts';

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
  /** Of the attached earlier file: rows that stand there in the same words are left out. */
  readonly earlierSyncId?: string | undefined;
}

export function checkResourceTypes(from: SyncTable): TraitsByType {
  const traits = new Map<string, readonly ResourceType_Trait[]>();
  for (const row of rowsOf('v1_resource_types', { ...from, earlierSyncId: undefined })) {
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
  for (const row of rowsOf('v1_entitlements', { ...from, earlierSyncId: undefined })) {
    const entitlement = row.decode(EntitlementSchema);
    if (entitlement === undefined) continue;
    row.checkColumn('external_id', entitlement.id, '§3.1');
    checkResourceColumns(row, entitlement);
    row.checkEncoding(EntitlementSchema, entitlement);
    groups.add(row, entitlement);
  }
}

export function checkResourceColumns(row: CheckedRow, entitlement: Entitlement): void {
  row.checkColumn('resource_type_id', entitlement.resource?.id?.resourceType ?? '');
  row.checkColumn('resource_id', entitlement.resource?.id?.resource ?? '');
}

export function checkAssets(from: SyncTable): void {
  for (const row of rowsOf('v1_assets', from)) {
    const data = row.value('data');
    if (data instanceof Uint8Array && data.length === 0)
      row.error('asset-empty', '§2.5', 'an asset without data is not stored');
  }
}

function* rowsOf(table: string, { db, syncId, report, earlierSyncId }: SyncTable): Generator<CheckedRow> {
  const rows = new CheckedTable(db, table, report);
  for (const row of earlierSyncId === undefined ? rows.rows(syncId) : rows.rowsSince(syncId, earlierSyncId)) {
    row.checkCommon();
    yield row;
  }
}

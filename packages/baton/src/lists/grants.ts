import type { GrantRef, SyncReader } from '@baton-ts/c1z';
import {
  type Entitlement,
  EntitlementSchema,
  type Grant,
  GrantSchema,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import type { CommandContext } from '../commands/command.ts';
import type { List } from '../output/list.ts';
import { type GrantFilter, grantFilter } from './grant-filter.ts';
import { hintAtUnknown } from './hints.ts';
import { type Joins, refOf } from './joins.ts';
import { jsonObject, jsonOf } from './json-parts.ts';
import { allPages } from './pages.ts';
import { printSync } from './print-sync.ts';
import { displayName, resourceName } from './resource-facts.ts';
import { entitlementVariable, resourceTypeVariable, resourceVariable } from './variables.ts';

/** A grant with what it refers to. */
export interface GrantRow {
  readonly id: string;
  /** Reads the grant itself: most tables need no more than its ids. */
  grant(): Grant;
  readonly entitlement: Entitlement;
  /** The entitlement's resource. */
  readonly resource: Resource;
  readonly resourceType: ResourceType;
  readonly principal: Resource;
}

export const grantList: List<GrantRow> = {
  jsonRoot: 'grants',
  columns: [
    { title: 'ID', cell: ({ id }) => id },
    { title: 'Resource Type', cell: ({ resourceType }) => displayName(resourceType) },
    { title: 'Resource', cell: ({ resource }) => resourceName(resource) },
    { title: 'Entitlement', cell: ({ entitlement }) => displayName(entitlement) },
    { title: 'Principal', cell: ({ principal }) => resourceName(principal) },
    { title: 'Entitlement ID', cell: ({ entitlement }) => entitlement.id, extra: true },
    { title: 'Resource Type ID', cell: ({ resourceType }) => resourceType.id, extra: true },
    { title: 'Resource ID', cell: ({ resource }) => refOf(resource).resource, extra: true },
    { title: 'Principal Type ID', cell: ({ principal }) => refOf(principal).resourceType, extra: true },
    { title: 'Principal ID', cell: ({ principal }) => refOf(principal).resource, extra: true },
    { title: 'Sources', cell: (row) => sourceIds(row.grant()).join(', '), extra: true },
  ],
  variables: {
    grant: { id: (row) => row.id, sources: (row) => sourceIds(row.grant()) },
    entitlement: entitlementVariable((row) => row.entitlement),
    resource: resourceVariable((row) => row.resource),
    resource_type: resourceTypeVariable((row) => row.resourceType),
    principal: resourceVariable((row) => row.principal),
  },
  json: (row) =>
    jsonObject([
      ['grant', toProtoJson(GrantSchema, row.grant())],
      ['entitlement', jsonOf(EntitlementSchema, row.entitlement)],
      ['resource', jsonOf(ResourceSchema, row.resource)],
      ['resourceType', jsonOf(ResourceTypeSchema, row.resourceType)],
      ['principal', jsonOf(ResourceSchema, row.principal)],
    ]),
};

/** The entitlements through which the principal has it. Empty: it was given this very one. */
function sourceIds(grant: Grant): string[] {
  return Object.keys(grant.sources?.sources ?? {}).sort();
}

export async function listGrants(context: CommandContext): Promise<undefined> {
  const filter = grantFilter(context.flags);
  return printSync(context, grantList, (sync, joins) => {
    hintAtUnknown(sync, filter);
    return grantRows(sync, filter, joins);
  });
}

/** The grants that match, joined. */
export function grantRows(sync: SyncReader, filter: GrantFilter, joins: Joins): IteratorObject<GrantRow> {
  const refs = allPages((page) => {
    const found = sync.grantRefs({ ...filter, ...page });
    joins.prepareResources(found.rows.map(({ principal }) => principal));
    return found;
  });
  return refs.map((ref) => grantRow(ref, joins));
}

function grantRow({ id, entitlementId, resource, principal, read }: GrantRef, joins: Joins): GrantRow {
  return {
    id,
    grant: read,
    entitlement: joins.entitlement(entitlementId, resource),
    resource: joins.resource(resource),
    resourceType: joins.resourceType(resource.resourceType),
    principal: joins.resource(principal),
  };
}

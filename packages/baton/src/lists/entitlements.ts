import {
  type Entitlement,
  Entitlement_PurposeValueSchema,
  EntitlementSchema,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import type { CommandContext } from '../commands/command.ts';
import type { List } from '../output/list.ts';
import { type Joins, refOf } from './joins.ts';
import { jsonObject, jsonOf } from './json-parts.ts';
import { allPages } from './pages.ts';
import { printSync } from './print-sync.ts';
import { displayName, resourceName } from './resource-facts.ts';
import { typeFilter } from './type-filter.ts';
import { entitlementVariable, resourceTypeVariable, resourceVariable } from './variables.ts';

interface EntitlementRow {
  readonly entitlement: Entitlement;
  readonly resource: Resource;
  readonly resourceType: ResourceType;
}

export const entitlementList: List<EntitlementRow> = {
  jsonRoot: 'entitlements',
  columns: [
    { title: 'ID', cell: ({ entitlement }) => entitlement.id },
    { title: 'Display Name', cell: ({ entitlement }) => entitlement.displayName },
    { title: 'Resource Type', cell: ({ resourceType }) => displayName(resourceType) },
    { title: 'Resource', cell: ({ resource }) => resourceName(resource) },
    { title: 'Permission', cell: ({ entitlement }) => entitlement.slug },
    { title: 'Resource Type ID', cell: ({ resourceType }) => resourceType.id, extra: true },
    { title: 'Resource ID', cell: ({ resource }) => refOf(resource).resource, extra: true },
    { title: 'Description', cell: ({ entitlement }) => entitlement.description, extra: true },
    { title: 'Purpose', cell: ({ entitlement }) => purposeName(entitlement), extra: true },
  ],
  variables: {
    entitlement: entitlementVariable((row) => row.entitlement),
    resource: resourceVariable((row) => row.resource),
    resource_type: resourceTypeVariable((row) => row.resourceType),
  },
  json: ({ entitlement, resource, resourceType }) =>
    jsonObject([
      ['entitlement', toProtoJson(EntitlementSchema, entitlement)],
      ['resource', jsonOf(ResourceSchema, resource)],
      ['resourceType', jsonOf(ResourceTypeSchema, resourceType)],
    ]),
};

/** `assignment`, `permission` or `ownership`; empty when it is not said. */
function purposeName({ purpose }: Entitlement): string {
  if (purpose === 0) return '';
  const name = Entitlement_PurposeValueSchema.value[purpose]?.name ?? String(purpose);
  return name.replace('PURPOSE_VALUE_', '').toLowerCase();
}

export function listEntitlements(context: CommandContext): Promise<undefined> {
  return printSync(context, entitlementList, (sync, joins) => {
    const filter = typeFilter(sync, context.flags);
    return allPages((page) => sync.entitlements({ ...filter, ...page })).map((one) => entitlementRow(one, joins));
  });
}

function entitlementRow(entitlement: Entitlement, joins: Joins): EntitlementRow {
  const on = refOf(entitlement.resource);
  return { entitlement, resource: joins.resource(on), resourceType: joins.resourceType(on.resourceType) };
}

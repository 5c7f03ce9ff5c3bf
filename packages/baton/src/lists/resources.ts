import { type Resource, ResourceSchema, type ResourceType, ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import type { CommandContext } from '../commands/command.ts';
import type { List } from '../output/list.ts';
import { type Joins, refOf } from './joins.ts';
import { jsonObject, jsonOf } from './json-parts.ts';
import { allPages } from './pages.ts';
import { printSync } from './print-sync.ts';
import { displayName, emailsOf, resourceName, stateOf } from './resource-facts.ts';
import { typeFilter } from './type-filter.ts';
import { resourceTypeVariable, resourceVariable } from './variables.ts';

/** A resource with what it refers to. */
export interface ResourceRow {
  readonly resource: Resource;
  readonly resourceType: ResourceType;
  readonly parent: Resource | undefined;
}

/** How resources are shown, by `resources` and `principals`. */
export const resourceList: List<ResourceRow> = {
  jsonRoot: 'resources',
  columns: [
    { title: 'ID', cell: ({ resource }) => resource.id?.resource ?? '' },
    { title: 'Display Name', cell: ({ resource }) => resource.displayName },
    { title: 'Resource Type', cell: ({ resourceType }) => displayName(resourceType) },
    { title: 'Parent Resource', cell: ({ parent }) => parentCell(parent), placeholder: '-' },
    { title: 'Resource Type ID', cell: ({ resourceType }) => resourceType.id, extra: true },
    { title: 'Parent Type ID', cell: ({ parent }) => refOf(parent).resourceType, extra: true },
    { title: 'Parent ID', cell: ({ parent }) => refOf(parent).resource, extra: true },
    { title: 'Email', cell: ({ resource }) => emailsOf(resource)[0] ?? '', extra: true },
    { title: 'Status', cell: ({ resource }) => stateOf(resource), extra: true },
    { title: 'Status Details', cell: ({ resource }) => resource.status?.details ?? '', extra: true },
    { title: 'Description', cell: ({ resource }) => resource.description, extra: true },
  ],
  variables: {
    resource: resourceVariable((row) => row.resource),
    resource_type: resourceTypeVariable((row) => row.resourceType),
    parent: resourceVariable((row) => row.parent),
  },
  json: ({ resource, resourceType, parent }) =>
    jsonObject([
      ['resource', toProtoJson(ResourceSchema, resource)],
      ['resourceType', jsonOf(ResourceTypeSchema, resourceType)],
      ['parent', parent === undefined ? undefined : jsonOf(ResourceSchema, parent)],
    ]),
};

function parentCell(parent: Resource | undefined): string {
  return parent === undefined ? '' : `${resourceName(parent)} (${refOf(parent).resourceType})`;
}

/** Joins a resource with its type and its parent. */
export function resourceRow(resource: Resource, joins: Joins): ResourceRow {
  const parentId = resource.parentResourceId;
  return {
    resource,
    resourceType: joins.resourceType(refOf(resource).resourceType),
    parent: parentId === undefined ? undefined : joins.resource(parentId),
  };
}

export function listResources(context: CommandContext): Promise<undefined> {
  return printSync(context, resourceList, (sync, joins) => {
    const filter = typeFilter(sync, context.flags);
    return allPages((page) => sync.resources({ ...filter, ...page })).map((resource) => resourceRow(resource, joins));
  });
}

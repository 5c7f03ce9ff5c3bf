import { type ResourceType, ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import type { CommandContext } from '../commands/command.ts';
import type { List } from '../output/list.ts';
import { jsonObject, jsonOf } from './json-parts.ts';
import { printSync } from './print-sync.ts';
import { traitNames } from './traits.ts';
import { resourceTypeVariable } from './variables.ts';

export const resourceTypeList: List<ResourceType> = {
  jsonRoot: 'resourceTypes',
  columns: [
    { title: 'ID', cell: (type) => type.id },
    { title: 'Display Name', cell: (type) => type.displayName },
    { title: 'Traits', cell: (type) => traitNames(type).join(', ') },
    { title: 'Description', cell: (type) => type.description, extra: true },
  ],
  variables: { resource_type: resourceTypeVariable((type) => type) },
  json: (type) => jsonObject([['resourceType', jsonOf(ResourceTypeSchema, type)]]),
};

export function listResourceTypes(context: CommandContext): Promise<undefined> {
  return printSync(context, resourceTypeList, (sync) => sync.resourceTypes());
}

import type { Entitlement, Resource, ResourceType } from '@baton-ts/protocol/connector-v2';
import type { CelInput } from '@bufbuild/cel';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Variable } from '../output/list.ts';
import { emailsOf, profileOf, stateOf, userTrait } from './resource-facts.ts';
import { traitNames } from './traits.ts';

// The variables of `--filter`, as the Go explorer names them (`cli.md §C.5`), with more fields.

/** @param get the resource of a row; undefined gives a variable without fields */
export function resourceVariable<Row>(get: (row: Row) => Resource | undefined): Variable<Row> {
  const field = (read: (resource: Resource) => CelInput | undefined) => (row: Row) => {
    const resource = get(row);
    return resource === undefined ? undefined : read(resource);
  };
  return {
    id: field((resource) => resource.id?.resource ?? ''),
    type: field((resource) => resource.id?.resourceType ?? ''),
    display_name: field((resource) => resource.displayName),
    description: field((resource) => resource.description),
    profile: field((resource) => objectInput(profileOf(resource))),
    status: field(stateOf),
    status_details: field((resource) => resource.status?.details ?? ''),
    emails: field((resource) => [...emailsOf(resource)]),
    login: field((resource) => userTrait(resource)?.login ?? ''),
    parent_id: field((resource) => resource.parentResourceId?.resource ?? ''),
    parent_type: field((resource) => resource.parentResourceId?.resourceType ?? ''),
  };
}

export function resourceTypeVariable<Row>(get: (row: Row) => ResourceType): Variable<Row> {
  return {
    id: (row) => get(row).id,
    display_name: (row) => get(row).displayName,
    description: (row) => get(row).description,
    traits: (row) => traitNames(get(row)),
  };
}

export function entitlementVariable<Row>(get: (row: Row) => Entitlement): Variable<Row> {
  return {
    id: (row) => get(row).id,
    slug: (row) => get(row).slug,
    display_name: (row) => get(row).displayName,
    description: (row) => get(row).description,
  };
}

/** Protobuf JSON as CEL takes it. */
function objectInput(object: JsonObject): CelInput {
  return new Map(Object.entries(object).map(([key, value]) => [key, valueInput(value)]));
}

function valueInput(value: JsonValue): CelInput {
  if (Array.isArray(value)) return value.map(valueInput);
  return typeof value === 'object' && value !== null ? objectInput(value) : value;
}

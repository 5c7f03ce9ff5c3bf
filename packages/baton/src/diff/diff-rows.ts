import { type Difference, differences, type RowKinds } from '@baton-ts/c1z';
import {
  type Entitlement,
  EntitlementSchema,
  type Grant,
  GrantSchema,
  type Resource,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import { Joins, refOf } from '../lists/joins.ts';
import { displayName, entitlementName, resourceName } from '../lists/resource-facts.ts';
import type { SyncPair } from './pick-syncs.ts';

export const kinds = ['resources', 'entitlements', 'grants'] as const;
export type Kind = keyof RowKinds;
export type Change = Difference<unknown>['change'];

/** One difference, with what a person calls the things. */
export interface DiffRow {
  readonly kind: Kind;
  readonly change: Change;
  readonly id: string;
  /** The resource type of the resource, of the entitlement's resource, of the grant's. */
  readonly typeName: string;
  readonly name: string;
  /** Who holds it, for grants. */
  readonly principal: Resource | undefined;
  /** The message as protobuf JSON: of a modified row as it is now. */
  readonly json: () => string;
}

/** All differences: resources, entitlements, grants, each in the order in which the two syncs hold them. */
export function* diffRows(syncs: SyncPair): Generator<DiffRow> {
  const names = { before: new Joins(syncs.before), after: new Joins(syncs.after) };
  for (const difference of differences(syncs.before, syncs.after, 'resources')) {
    const { item, joins } = shown(difference, names);
    const typeName = displayName(joins.resourceType(refOf(item).resourceType));
    yield {
      ...row('resources', difference),
      typeName,
      name: resourceName(item),
      json: () => toProtoJson(ResourceSchema, item),
    };
  }
  for (const difference of differences(syncs.before, syncs.after, 'entitlements')) {
    const { item, joins } = shown(difference, names);
    yield {
      ...row('entitlements', difference),
      typeName: typeOf(item, joins),
      name: entitlementName(item),
      json: () => toProtoJson(EntitlementSchema, item),
    };
  }
  for (const difference of differences(syncs.before, syncs.after, 'grants')) {
    const { item, joins } = shown(difference, names);
    const entitlement = joins.entitlement(item.entitlement?.id ?? '', refOf(item.entitlement?.resource));
    yield {
      ...row('grants', difference),
      typeName: typeOf(entitlement, joins),
      name: entitlementName(entitlement),
      principal: joins.resource(refOf(item.principal)),
      json: () => toProtoJson(GrantSchema, item),
    };
  }
}

/** What is there now, or what was there; and the sync in which its names are found. */
function shown<T extends Resource | Entitlement | Grant>(
  difference: Difference<T>,
  names: { readonly before: Joins; readonly after: Joins },
): { readonly item: T; readonly joins: Joins } {
  return difference.change === 'deleted'
    ? { item: difference.before.read(), joins: names.before }
    : { item: difference.after.read(), joins: names.after };
}

function row(kind: Kind, { change, id }: Difference<unknown>): Pick<DiffRow, 'kind' | 'change' | 'id' | 'principal'> {
  return { kind, change, id, principal: undefined };
}

function typeOf(entitlement: Entitlement, joins: Joins): string {
  return displayName(joins.resourceType(refOf(entitlement.resource).resourceType));
}

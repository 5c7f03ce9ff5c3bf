import type { SyncReader } from '@baton-ts/c1z';
import {
  type Entitlement,
  EntitlementSchema,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CommandContext } from '../commands/command.ts';
import type { List } from '../output/list.ts';
import { printTree } from '../output/print-tree.ts';
import { hintAtUnknown } from './hints.ts';
import { type Joins, missingResource, type ResourceRef, refOf } from './joins.ts';
import { jsonObject, jsonOf } from './json-parts.ts';
import { printSync } from './print-sync.ts';
import { displayName, resourceName } from './resource-facts.ts';
import { resourceTypeVariable, resourceVariable } from './variables.ts';

/** What a principal holds of one resource. */
interface AccessRow {
  readonly resource: Resource;
  readonly resourceType: ResourceType;
  readonly entitlements: readonly Entitlement[];
}

const accessList: List<AccessRow> = {
  jsonRoot: 'access',
  columns: [
    { title: 'Resource Type', cell: ({ resourceType }) => displayName(resourceType) },
    { title: 'Resource', cell: ({ resource }) => resourceName(resource) },
    { title: 'Entitlements', cell: ({ entitlements }) => entitlements.map(slugOf).join(', ') },
    { title: 'Resource Type ID', cell: ({ resourceType }) => resourceType.id, extra: true },
    { title: 'Resource ID', cell: ({ resource }) => refOf(resource).resource, extra: true },
    { title: 'Entitlement IDs', cell: ({ entitlements }) => entitlements.map(({ id }) => id).join(', '), extra: true },
  ],
  variables: {
    resource: resourceVariable((row) => row.resource),
    resource_type: resourceTypeVariable((row) => row.resourceType),
    entitlements: {
      ids: ({ entitlements }) => entitlements.map(({ id }) => id),
      slugs: ({ entitlements }) => entitlements.map(slugOf),
    },
  },
  json: ({ resource, resourceType, entitlements }) =>
    jsonObject([
      ['resourceType', jsonOf(ResourceTypeSchema, resourceType)],
      ['resource', jsonOf(ResourceSchema, resource)],
      ['entitlements', `[${entitlements.map((one) => jsonOf(EntitlementSchema, one)).join(',')}]`],
    ]),
};

function slugOf(entitlement: Entitlement): string {
  return entitlement.slug === '' ? entitlement.id : entitlement.slug;
}

/** What one principal holds, by resource: found by the index on principals, in the order of ids. */
export async function showAccess(context: CommandContext): Promise<undefined> {
  const { flags } = context;
  const ref = { resourceType: flags.string('resource-type'), resource: flags.string('resource') };
  if (ref.resourceType === '' || ref.resource === '') {
    throw new BatonError(Code.Unknown, 'access needs the principal: --resource-type TYPE --resource ID');
  }
  return printSync(
    context,
    accessList,
    (sync, joins) => {
      hintAtUnknown(sync, { principal: ref });
      return accessRows(sync, ref, joins);
    },
    (sync) => {
      const principal = sync.resource(ref) ?? missingResource(ref);
      return {
        jsonHead: [`"principal":${jsonOf(ResourceSchema, principal)}`],
        console: printTree(`Effective Access for ${resourceName(principal)} (${ref.resourceType})`, accessBranch),
      };
    },
  );
}

function accessBranch({ resource, resourceType, entitlements }: AccessRow) {
  return { name: `${resourceName(resource)} (${displayName(resourceType)})`, below: entitlements.map(slugOf) };
}

function* accessRows(sync: SyncReader, principal: ResourceRef, joins: Joins): Generator<AccessRow> {
  let current: { resource: ResourceRef; entitlements: Entitlement[] } | undefined;
  const row = ({ resource, entitlements }: { resource: ResourceRef; entitlements: Entitlement[] }): AccessRow => ({
    resource: joins.resource(resource),
    resourceType: joins.resourceType(resource.resourceType),
    entitlements,
  });
  for (const { entitlementId, resource } of sync.heldBy(principal)) {
    if (current === undefined || !sameResource(current.resource, resource)) {
      if (current !== undefined) yield row(current);
      current = { resource, entitlements: [] };
    }
    current.entitlements.push(joins.entitlement(entitlementId, resource));
  }
  if (current !== undefined) yield row(current);
}

function sameResource(a: ResourceRef, b: ResourceRef): boolean {
  return a.resourceType === b.resourceType && a.resource === b.resource;
}

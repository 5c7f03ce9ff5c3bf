import type { SyncType } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Connector, ResourceTypePart } from '../connector.ts';
import { parseResourceBid, type ResourceAddress } from '../model/baton-id.ts';
import type { SyncOptions } from './options.ts';

/** What a sync covers. */
export interface Plan {
  /** The parts that take part in this sync. */
  readonly parts: ReadonlyMap<string, ResourceTypePart>;
  /** All resource types of the connector. */
  readonly knownTypes: ReadonlySet<string>;
  /** Only these resources, when the sync is targeted. */
  readonly targets: readonly ResourceAddress[] | undefined;
  readonly withEntitlements: boolean;
  readonly withGrants: boolean;
}

/** @throws BatonError `InvalidArgument` when the options name a resource type that the connector does not have */
export function makePlan(connector: Connector, options: SyncOptions): Plan {
  const known = new Map(connector.resourceTypes.map((part) => [part.type.id, part]));
  const wanted = options.syncResourceTypes ?? [];
  for (const id of wanted) {
    if (!known.has(id))
      throw new BatonError(
        Code.InvalidArgument,
        `invalid resource type '${id}' in filter; there are ${[...known.keys()].join(', ')}`,
      );
  }
  const parts = wanted.length === 0 ? known : new Map([...known].filter(([id]) => wanted.includes(id)));
  const bids = options.syncResources ?? [];
  const targets = bids.map(parseResourceBid);
  for (const { resourceType } of targets) {
    if (!known.has(resourceType))
      throw new BatonError(
        Code.InvalidArgument,
        `invalid resource type '${resourceType}' in filter; there are ${[...known.keys()].join(', ')}`,
      );
  }
  const withEntitlements = options.skipEntitlementsAndGrants !== true;
  return {
    parts,
    knownTypes: new Set(known.keys()),
    targets: bids.length === 0 ? undefined : targets.filter(({ resourceType }) => parts.has(resourceType)),
    withEntitlements,
    withGrants: withEntitlements && options.skipGrants !== true,
  };
}

/** How the run is called in the file (`c1z-format.md §4.1`). */
export function syncTypeOf(plan: Plan): SyncType {
  if (plan.targets) return 'partial';
  return plan.withEntitlements ? 'full' : 'resources_only';
}

import { findAnnotation, withAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  EntitlementExclusionGroupSchema,
  EntitlementSchema,
  type Resource,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import { entitlementId } from '../model/entitlement.ts';

/** Puts a static entitlement on one resource (`c1z-format.md §5.1`, step 3). */
export function placeOn(resource: Resource, item: Entitlement): Entitlement {
  const { id } = resource;
  if (!id)
    throw new BatonError(
      Code.Internal,
      `The resource ${JSON.stringify(resource.displayName)} was stored without an id.`,
    );
  const group = findAnnotation(item.annotations, EntitlementExclusionGroupSchema);
  const annotations =
    group?.scopeToResource === true
      ? withAnnotation(item.annotations, EntitlementExclusionGroupSchema, {
          ...group,
          exclusionGroupId: `${group.exclusionGroupId}-${id.resource}`,
        })
      : item.annotations;
  return create(EntitlementSchema, {
    resource,
    id: entitlementId(id, item.slug),
    slug: item.slug,
    displayName: item.displayName || resource.displayName,
    description: item.description || resource.description,
    purpose: item.purpose,
    grantableTo: item.grantableTo,
    annotations,
  });
}

import { type Grant, type Resource, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import type { Connector, Page, ResourceTypePart } from '../../connector.ts';
import { entitlement, grant } from '../../model/entitlement.ts';
import { plainResource, resourceType, userResource } from '../../model/resource.ts';

export const userType = resourceType({ id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] });
export const roleType = resourceType({ id: 'role', displayName: 'Role' });
export const ann = userResource({ type: userType, id: 'ann', displayName: 'Ann' });
export const bob = userResource({ type: userType, id: 'bob', displayName: 'Bob' });
export const admin = plainResource({ type: roleType, id: 'admin', displayName: 'Admin' });
export const assigned = entitlement({ resource: admin, slug: 'assigned', purpose: 'assignment' });

export async function onePage<T>(items: readonly T[], more: Omit<Page<T>, 'items'> = {}): Promise<Page<T>> {
  return { items, ...more };
}

/** Ann and Bob, and the role `admin` held by Ann; what a test says replaces parts of it. */
export function smallConnector(parts: {
  user?: Partial<ResourceTypePart>;
  role?: Partial<ResourceTypePart>;
  more?: readonly ResourceTypePart[];
}): Connector {
  return {
    resourceTypes: [
      { type: userType, list: () => onePage<Resource>([ann, bob]), ...parts.user },
      {
        type: roleType,
        list: () => onePage<Resource>([admin]),
        entitlements: () => onePage([assigned]),
        grants: () => onePage<Grant>([grant(assigned, ann)]),
        ...parts.role,
      },
      ...(parts.more ?? []),
    ],
    validate: async () => [],
  };
}

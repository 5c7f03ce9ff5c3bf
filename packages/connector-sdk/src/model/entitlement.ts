import {
  type Entitlement,
  Entitlement_PurposeValue,
  EntitlementSchema,
  type Grant,
  GrantSchema,
  type Resource,
  type ResourceId,
  ResourceSchema,
  type ResourceType,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';

const purposes = {
  assignment: Entitlement_PurposeValue.ASSIGNMENT,
  permission: Entitlement_PurposeValue.PERMISSION,
  ownership: Entitlement_PurposeValue.OWNERSHIP,
} as const;

/** `<type>:<resource>:<slug>` (`c1z-format.md §3.2`). Never take it apart: ids may hold colons. */
export function entitlementId(resource: ResourceId, slug: string): string {
  return `${resource.resourceType}:${resource.resource}:${slug}`;
}

/** `<entitlement id>:<principal type>:<principal id>` (`c1z-format.md §3.2`). */
export function grantId(entitlement: Entitlement, principal: ResourceId): string {
  return `${entitlement.id}:${principal.resourceType}:${principal.resource}`;
}

/** An entitlement of `resource`; the object given is the one it holds. `displayName` defaults to the slug. */
export function entitlement(init: {
  readonly resource: Resource;
  readonly slug: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly purpose: keyof typeof purposes;
  readonly grantableTo?: readonly ResourceType[];
  readonly annotations?: readonly Any[];
}): Entitlement {
  const { resource, slug } = init;
  if (!resource.id) throw new TypeError(`the resource of entitlement ${JSON.stringify(slug)} has no id`);
  return create(EntitlementSchema, {
    resource,
    id: entitlementId(resource.id, slug),
    slug,
    displayName: init.displayName ?? slug,
    description: init.description ?? '',
    purpose: purposes[init.purpose],
    grantableTo: [...(init.grantableTo ?? [])],
    annotations: [...(init.annotations ?? [])],
  });
}

/**
 * A grant. Give the same entitlement and principal objects for every grant that means them: each is then encoded once.
 * Of a principal known only by id, the sync stores a grant with a bare principal.
 */
export function grant(
  held: Entitlement,
  principal: Resource | ResourceId,
  options: {
    readonly annotations?: readonly Any[];
    /** Whether each source entitlement is held directly, by entitlement id. */
    readonly sources?: Readonly<Record<string, { readonly isDirect: boolean }>>;
  } = {},
): Grant {
  const holder =
    principal.$typeName === 'c1.connector.v2.Resource' ? principal : create(ResourceSchema, { id: principal });
  if (!holder.id) throw new TypeError(`the principal of a grant on ${JSON.stringify(held.id)} has no id`);
  return create(GrantSchema, {
    entitlement: held,
    principal: holder,
    id: grantId(held, holder.id),
    annotations: [...(options.annotations ?? [])],
    ...(options.sources && { sources: { sources: { ...options.sources } } }),
  });
}

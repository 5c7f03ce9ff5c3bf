import { packAny } from '@baton-ts/protocol/annotations';
import {
  ChildResourceTypeSchema,
  EntitlementExclusionGroupSchema,
  EntitlementImmutableSchema,
  ExternalLinkSchema,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantExpandableSchema,
  GrantImmutableSchema,
  GrantMetadataSchema,
  GrantReplacedSchema,
  InsertResourceGrantsSchema,
  ResourceDeletedSchema,
  ResourceDoesNotExistSchema,
  type ResourceId,
  SkipEntitlementsAndGrantsSchema,
  SkipEntitlementsSchema,
  SkipGrantsSchema,
  TypeScopedEntitlementsSchema,
  TypeScopedGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type DescMessage, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';

export { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';

/**
 * Any message as an annotation. Equal messages give equal bytes.
 *
 * @example annotation(GrantMetadataSchema, { metadata: { via: 'sso' } })
 */
export function annotation<Desc extends DescMessage>(schema: Desc, init?: MessageInitShape<Desc>): Any {
  return packAny(schema, init ?? create(schema));
}

/** On a resource or a resource type: it has neither entitlements nor grants to ask for. */
export const skipEntitlementsAndGrants = (): Any => annotation(SkipEntitlementsAndGrantsSchema);
/** On a resource or a resource type: it has no entitlements to ask for; its grants are still read. */
export const skipEntitlements = (): Any => annotation(SkipEntitlementsSchema);
/** On a resource (not a type): it has no grants to ask for. */
export const skipGrants = (): Any => annotation(SkipGrantsSchema);
/** On a resource: list this type with the resource as parent. Repeat it for several types. */
export const childResourceType = (resourceTypeId: string): Any =>
  annotation(ChildResourceTypeSchema, { resourceTypeId });
/** On a resource type: one call lists the entitlements of all its resources. */
export const typeScopedEntitlements = (): Any => annotation(TypeScopedEntitlementsSchema);
/** On a resource type: one call lists the grants of all its resources. */
export const typeScopedGrants = (): Any => annotation(TypeScopedGrantsSchema);
/** On a grants page: the resources of the grants' entitlements are stored too. */
export const insertResourceGrants = (): Any => annotation(InsertResourceGrantsSchema);

/**
 * On a grant: who holds one of `entitlementIds` holds this grant's entitlement too (`c1z-format.md §5.6`).
 *
 * @param init.shallow only direct holders, not those who hold it through something else
 * @param init.resourceTypeIds only holders of these types; empty: all
 */
export const grantExpandable = (init: MessageInitShape<typeof GrantExpandableSchema>): Any =>
  annotation(GrantExpandableSchema, init);
/** On a grant: it cannot be revoked, for the reasons in `metadata`. */
export const grantImmutable = (metadata?: JsonObject): Any =>
  annotation(GrantImmutableSchema, metadata ? { metadata } : {});
/** On an entitlement: it can be neither granted nor revoked. */
export const entitlementImmutable = (metadata?: JsonObject): Any =>
  annotation(EntitlementImmutableSchema, metadata ? { metadata } : {});
/** On a grant: facts about it that are shown beside it. */
export const grantMetadata = (metadata: JsonObject): Any => annotation(GrantMetadataSchema, { metadata });
/** On an entitlement: at most one entitlement of the group can be held (at most 50 in a group, one of them default). */
export const exclusionGroup = (init: MessageInitShape<typeof EntitlementExclusionGroupSchema>): Any =>
  annotation(EntitlementExclusionGroupSchema, init);
/** On a resource: where a person can look at it. */
export const externalLink = (url: string): Any => annotation(ExternalLinkSchema, { url });
/** On a grant's answer: it was held before, and nothing was done. */
export const grantAlreadyExists = (): Any => annotation(GrantAlreadyExistsSchema);
/** On a revocation's answer: it was not held any more, and nothing was done. */
export const grantAlreadyRevoked = (): Any => annotation(GrantAlreadyRevokedSchema);
/** On a grant's answer: the new grant took the place of that one, which needs no revocation of its own. */
export const grantReplaced = (replacedGrantId: string): Any => annotation(GrantReplacedSchema, { replacedGrantId });
/** On a grant's or revocation's answer: the change also deleted that resource. */
export const resourceDeleted = (resourceId: ResourceId): Any => annotation(ResourceDeletedSchema, { resourceId });
/** On a deletion's answer: it was gone before. */
export const resourceDoesNotExist = (): Any => annotation(ResourceDoesNotExistSchema);

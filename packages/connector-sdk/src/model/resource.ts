import {
  AppTraitSchema,
  AssetRefSchema,
  GroupTraitSchema,
  type Resource,
  type ResourceId,
  ResourceIdSchema,
  ResourceSchema,
  type ResourceType,
  type ResourceType_Trait,
  ResourceTypeSchema,
  RoleTraitSchema,
  SecretTraitSchema,
  Status_ResourceStatus,
  StatusSchema,
  UserTrait_Status_Status,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { type Any, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { annotation } from './annotations.ts';

/** A resource type. The id is conventionally lower case, words joined by `_` or `-`. */
export function resourceType(init: {
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly traits?: readonly ResourceType_Trait[];
  readonly annotations?: readonly Any[];
}): ResourceType {
  return create(ResourceTypeSchema, {
    ...init,
    traits: [...(init.traits ?? [])],
    annotations: [...(init.annotations ?? [])],
  });
}

export function resourceId(type: ResourceType | string, id: string): ResourceId {
  return create(ResourceIdSchema, { resourceType: typeof type === 'string' ? type : type.id, resource: id });
}

export interface ResourceInit {
  readonly type: ResourceType;
  /** 1 to 1024 bytes, unique among the resources of the type. */
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly parent?: Resource | ResourceId | undefined;
  readonly profile?: JsonObject;
  readonly status?: { readonly status: 'enabled' | 'disabled' | 'deleted'; readonly details?: string };
  /** The id of an asset. */
  readonly iconAssetId?: string;
  readonly createdAt?: Date | undefined;
  readonly annotations?: readonly Any[];
}

const statuses = {
  enabled: { resource: Status_ResourceStatus.ENABLED, user: UserTrait_Status_Status.ENABLED },
  disabled: { resource: Status_ResourceStatus.DISABLED, user: UserTrait_Status_Status.DISABLED },
  deleted: { resource: Status_ResourceStatus.DELETED, user: UserTrait_Status_Status.DELETED },
} as const;

/** A resource without a trait. */
export function plainResource(init: ResourceInit): Resource {
  return build(init, []);
}

/** An account. Profile, status, icon and creation time are on the resource and in the trait: readers differ (`c1z-format.md §3.3`). */
export function userResource(
  init: ResourceInit,
  trait: Omit<MessageInitShape<typeof UserTraitSchema>, 'profile' | 'status' | 'icon' | 'createdAt' | '$typeName'> = {},
): Resource {
  const { status } = init;
  return build(init, [
    annotation(UserTraitSchema, {
      ...trait,
      ...profileOf(init),
      ...iconOf(init),
      ...createdAtOf(init),
      ...(status && { status: { status: statuses[status.status].user, details: status.details ?? '' } }),
    }),
  ]);
}

export function groupResource(
  init: ResourceInit,
  trait: Omit<MessageInitShape<typeof GroupTraitSchema>, 'profile' | 'icon' | '$typeName'> = {},
): Resource {
  return build(init, [annotation(GroupTraitSchema, { ...trait, ...profileOf(init), ...iconOf(init) })]);
}

export function roleResource(
  init: ResourceInit,
  trait: Omit<MessageInitShape<typeof RoleTraitSchema>, 'profile' | '$typeName'> = {},
): Resource {
  return build(init, [annotation(RoleTraitSchema, { ...trait, ...profileOf(init) })]);
}

export function appResource(
  init: ResourceInit,
  trait: Omit<MessageInitShape<typeof AppTraitSchema>, 'profile' | 'icon' | '$typeName'> = {},
): Resource {
  return build(init, [annotation(AppTraitSchema, { ...trait, ...profileOf(init), ...iconOf(init) })]);
}

export function secretResource(
  init: ResourceInit,
  trait: Omit<MessageInitShape<typeof SecretTraitSchema>, 'profile' | 'createdAt' | '$typeName'> = {},
): Resource {
  return build(init, [annotation(SecretTraitSchema, { ...trait, ...profileOf(init), ...createdAtOf(init) })]);
}

function build(init: ResourceInit, traits: Any[]): Resource {
  const { parent, status } = init;
  const parentId = parent?.$typeName === 'c1.connector.v2.Resource' ? parent.id : parent;
  return create(ResourceSchema, {
    id: resourceId(init.type, init.id),
    displayName: init.displayName,
    description: init.description ?? '',
    ...(parentId && { parentResourceId: parentId }),
    ...profileOf(init),
    ...iconOf(init),
    ...createdAtOf(init),
    ...(status && {
      status: create(StatusSchema, { status: statuses[status.status].resource, details: status.details ?? '' }),
    }),
    annotations: [...traits, ...(init.annotations ?? [])],
  });
}

const profileOf = ({ profile }: ResourceInit) => (profile ? { profile } : {});
const iconOf = ({ iconAssetId }: ResourceInit) =>
  iconAssetId === undefined ? {} : { icon: create(AssetRefSchema, { id: iconAssetId }) };
const createdAtOf = ({ createdAt }: ResourceInit) => (createdAt ? { createdAt: timestampFromDate(createdAt) } : {});

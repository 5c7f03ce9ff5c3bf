import { type ResourceType, ResourceType_TraitSchema } from '@baton-ts/protocol/connector-v2';

/** The traits of a type as protobuf JSON names them, for example `TRAIT_USER`; a number for one that is not known. */
export function traitNames(type: ResourceType): string[] {
  return type.traits.map((trait) => ResourceType_TraitSchema.value[trait]?.name ?? String(trait));
}

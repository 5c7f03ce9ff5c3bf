import { findAnnotation, hasAnnotation, withAnnotation, withoutAnnotation } from '@baton-ts/protocol/annotations';
import {
  AppTraitSchema,
  BatonIDSchema,
  type Entitlement,
  ExternalResourceMatchAllSchema,
  ExternalResourceMatchIDSchema,
  ExternalResourceMatchSchema,
  type Grant,
  GrantExpandableSchema,
  GroupTraitSchema,
  type Resource,
  type ResourceType,
  ResourceType_Trait,
  RoleTraitSchema,
  SecretTraitSchema,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { DescMessage } from '@bufbuild/protobuf';

const traitSchemas: ReadonlyMap<ResourceType_Trait, DescMessage> = new Map<ResourceType_Trait, DescMessage>([
  [ResourceType_Trait.USER, UserTraitSchema],
  [ResourceType_Trait.GROUP, GroupTraitSchema],
  [ResourceType_Trait.ROLE, RoleTraitSchema],
  [ResourceType_Trait.APP, AppTraitSchema],
  [ResourceType_Trait.SECRET, SecretTraitSchema],
]);

/** Drops and repairs what a connector must not store (`c1z-format.md §5.3`), and says so once at the end. */
export class RowFilter {
  /** Whether rows of types outside this sync are dropped: in full syncs only. */
  readonly #dropForeign: boolean;
  readonly #types: ReadonlyMap<string, ResourceType>;
  readonly #dropped = new Map<string, { count: number; example: string }>();

  constructor(types: Iterable<ResourceType>, options: { dropForeign: boolean }) {
    this.#types = new Map(Array.from(types, (type) => [type.id, type]));
    this.#dropForeign = options.dropForeign;
  }

  resources(rows: readonly Resource[]): Resource[] {
    return rows.filter((row) => {
      if (!row.id?.resourceType || !row.id.resource) return this.#drop('resources without an id', row.displayName);
      this.#checkAnnotations(row, row.id.resourceType, row.id.resource);
      return true;
    });
  }

  entitlements(rows: readonly Entitlement[]): Entitlement[] {
    return rows.filter((row) => {
      const on = row.resource?.id;
      if (!row.id || !on?.resourceType || !on.resource) {
        return this.#drop('entitlements without an id or a resource', row.id || row.displayName);
      }
      if (this.#isForeign(on.resourceType)) {
        return this.#drop(`entitlements on the resource type "${on.resourceType}", which is not in this sync`, row.id);
      }
      return true;
    });
  }

  grants(rows: readonly Grant[]): Grant[] {
    const kept: Grant[] = [];
    for (const row of rows) {
      const on = row.entitlement?.resource?.id;
      const holder = row.principal?.id;
      if (
        !row.id ||
        !row.entitlement?.id ||
        !on?.resourceType ||
        !on.resource ||
        !holder?.resourceType ||
        !holder.resource
      ) {
        this.#drop('grants without an id, an entitlement with its resource, or a principal', row.id);
      } else if (this.#isForeign(on.resourceType)) {
        this.#drop(`grants on the resource type "${on.resourceType}", which is not in this sync`, row.id);
      } else if (this.#isForeign(holder.resourceType) && !hasExternalMatch(row)) {
        this.#drop(`grants to the resource type "${holder.resourceType}", which is not in this sync`, row.id);
      } else {
        kept.push(this.#narrowExpansion(row));
      }
    }
    return kept;
  }

  /** One sentence for each reason, with the count and an example. */
  warnings(): string[] {
    return Array.from(
      this.#dropped,
      ([what, { count, example }]) => `Left out ${count} ${what} (for example ${JSON.stringify(example)}).`,
    );
  }

  #isForeign(typeId: string): boolean {
    return this.#dropForeign && !this.#types.has(typeId);
  }

  #drop(what: string, example: string): false {
    const entry = this.#dropped.get(what);
    if (entry) entry.count += 1;
    else this.#dropped.set(what, { count: 1, example });
    return false;
  }

  #checkAnnotations(row: Resource, typeId: string, id: string): void {
    if (row.annotations.length > 0 && hasAnnotation(row.annotations, BatonIDSchema)) {
      throw new BatonError(
        Code.Internal,
        `The connector put the reserved annotation BatonID on ${typeId} ${JSON.stringify(id)}. This is a bug in the connector.`,
      );
    }
    for (const trait of this.#types.get(typeId)?.traits ?? []) {
      const schema = traitSchemas.get(trait);
      if (schema && !hasAnnotation(row.annotations, schema)) {
        throw new BatonError(
          Code.Internal,
          `The resource type "${typeId}" declares ${schema.name}, but ${JSON.stringify(id)} does not carry it. This is a bug in the connector.`,
        );
      }
    }
  }

  /** An empty list would mean "all types", so an expansion whose types are all absent is removed instead. */
  #narrowExpansion(row: Grant): Grant {
    if (!this.#dropForeign || row.annotations.length === 0) return row;
    const expandable = findAnnotation(row.annotations, GrantExpandableSchema);
    if (!expandable || expandable.resourceTypeIds.every((id) => this.#types.has(id))) return row;
    const resourceTypeIds = expandable.resourceTypeIds.filter((id) => this.#types.has(id));
    const { annotations } = row;
    return {
      ...row,
      annotations:
        resourceTypeIds.length === 0
          ? withoutAnnotation(annotations, GrantExpandableSchema)
          : withAnnotation(annotations, GrantExpandableSchema, { ...expandable, resourceTypeIds }),
    };
  }
}

export function hasExternalMatch(grant: Grant): boolean {
  return (
    hasAnnotation(grant.annotations, ExternalResourceMatchSchema) ||
    hasAnnotation(grant.annotations, ExternalResourceMatchAllSchema) ||
    hasAnnotation(grant.annotations, ExternalResourceMatchIDSchema)
  );
}

import type { SyncReader } from '@baton-ts/c1z';
import {
  type Entitlement,
  EntitlementSchema,
  type Resource,
  ResourceSchema,
  type ResourceType,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { note } from '../output/note.ts';
import { Lru } from './lru.ts';

/** Objects that are kept of each kind: those that recur, without memory growing with the file. */
const CACHED_OBJECTS = 4000;

/** Fewer resources are found one by one as fast. */
const WORTH_A_QUERY = 8;

/** The two parts of a resource's id. */
export interface ResourceRef {
  readonly resourceType: string;
  readonly resource: string;
}

/**
 * Finds what rows refer to. A reference that leads nowhere gives an object with that id whose name says so
 * (`cli.md §C.1`); how many there were is said once, on stderr.
 */
export class Joins {
  readonly #sync: SyncReader;
  readonly #types = new Lru<string, ResourceType>(CACHED_OBJECTS);
  readonly #resources = new Lru<string, Resource>(CACHED_OBJECTS);
  readonly #entitlements = new Lru<string, Entitlement>(CACHED_OBJECTS);
  #missing = 0;
  #firstMissing = '';

  constructor(sync: SyncReader) {
    this.#sync = sync;
  }

  resourceType(id: string): ResourceType {
    return this.#types.get(id, () => this.#sync.resourceType(id) ?? this.#missingType(id));
  }

  resource({ resourceType, resource }: ResourceRef): Resource {
    return this.#resources.get(
      keyOf({ resourceType, resource }),
      () => this.#sync.resource({ resourceType, resource }) ?? this.#missingResource({ resourceType, resource }),
    );
  }

  /** Finds many resources in one query: asked for one by one, the queries cost more than the rows. */
  prepareResources(ids: readonly ResourceRef[]): void {
    const unknown = new Map<string, ResourceRef>();
    for (const id of ids) {
      const key = keyOf(id);
      if (!this.#resources.has(key)) unknown.set(key, id);
    }
    if (unknown.size < WORTH_A_QUERY) return;
    for (const [key, resource] of this.#sync.resourcesNamed([...unknown.values()])) {
      this.#resources.get(key, () => resource);
    }
  }

  /** @param on the resource of the entitlement, as whoever refers to it knows it */
  entitlement(id: string, on: ResourceRef): Entitlement {
    return this.#entitlements.get(id, () => this.#sync.entitlement(id) ?? this.#missingEntitlement(id, on));
  }

  /** Says on stderr how many references led nowhere, if any. */
  tellMissing(): void {
    if (this.#missing === 0) return;
    const few = this.#missing === 1 ? 'one reference leads' : `${this.#missing} references lead`;
    note(`${few} nowhere, for example ${this.#firstMissing}. "baton verify" lists them`);
  }

  #missingType(id: string): ResourceType {
    return create(ResourceTypeSchema, { id, displayName: this.#miss(`MISSING RESOURCE TYPE (${id})`) });
  }

  #missingResource(id: ResourceRef): Resource {
    const resource = missingResource(id);
    this.#miss(resource.displayName);
    return resource;
  }

  #missingEntitlement(id: string, on: ResourceRef): Entitlement {
    const name = this.#miss(`MISSING ENTITLEMENT (${id})`);
    return create(EntitlementSchema, { id, displayName: name, slug: name, resource: { id: { ...on } } });
  }

  #miss(name: string): string {
    this.#missing += 1;
    if (this.#firstMissing === '') this.#firstMissing = name;
    return name;
  }
}

/** Stored like this, so it finds what the file finds (`c1z-format.md §3.1`). */
const keyOf = ({ resourceType, resource }: ResourceRef): string => `${resourceType}:${resource}`;

/** What stands for a resource that the file does not have. */
export function missingResource(id: ResourceRef): Resource {
  return create(ResourceSchema, { id: { ...id }, displayName: `MISSING RESOURCE (${id.resourceType}:${id.resource})` });
}

/** The id of a resource; empty parts where a row lacks it. */
export function refOf(resource: Resource | undefined): ResourceRef {
  return { resourceType: resource?.id?.resourceType ?? '', resource: resource?.id?.resource ?? '' };
}

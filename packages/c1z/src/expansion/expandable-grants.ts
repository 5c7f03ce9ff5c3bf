import { findAnnotation } from '@baton-ts/protocol/annotations';
import { type Entitlement, type Grant, GrantExpandableSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Edge, Pause } from './graph.ts';

interface Expandable extends Omit<Edge, 'source'> {
  readonly sources: readonly string[];
  readonly principal: string;
}

/** What the expandable grants of a sync say, kept while they pass by, so that the grants need not be read again. */
export class ExpandableGrants {
  readonly #byGrantId = new Map<string, Expandable>();

  /** A later row of the same id replaces the earlier one, as in the store. */
  add(rows: readonly Grant[]): void {
    for (const row of rows) {
      const found = row.annotations.length === 0 ? undefined : findAnnotation(row.annotations, GrantExpandableSchema);
      const sources = found?.entitlementIds.filter((id) => id.trim() !== '') ?? [];
      if (!found || sources.length === 0) {
        if (this.#byGrantId.size > 0) this.#byGrantId.delete(row.id);
        continue;
      }
      this.#byGrantId.set(row.id, {
        sources,
        target: row.entitlement?.id ?? '',
        principal: resourceKey(row.principal?.id),
        shallow: found.shallow,
        resourceTypeIds: new Set(found.resourceTypeIds),
      });
    }
  }

  get size(): number {
    return this.#byGrantId.size;
  }

  [Symbol.iterator](): IterableIterator<[grantId: string, Expandable]> {
    return this.#byGrantId.entries();
  }
}

/** @throws BatonError `Internal` when a grant passes on an entitlement that is not its principal's */
export async function edgesOf(
  grants: ExpandableGrants,
  entitlement: (id: string) => Entitlement | undefined,
  pause: Pause,
): Promise<{ edges: Edge[]; dropped: string[] }> {
  const edges: Edge[] = [];
  const dropped: string[] = [];
  /** The resource that each entitlement is on; undefined for one that does not exist. */
  const owners = new Map<string, string | undefined>();
  const ownerOf = (id: string): string | undefined => {
    if (!owners.has(id)) {
      const found = entitlement(id);
      owners.set(id, found && resourceKey(found.resource?.id));
    }
    return owners.get(id);
  };
  for (const [grantId, { sources, principal, ...rule }] of grants) {
    await pause();
    const hasTarget = ownerOf(rule.target) !== undefined;
    for (const source of sources) {
      const owner = ownerOf(source);
      if (owner === undefined || !hasTarget) {
        dropped.push(`${source} → ${rule.target}`);
      } else if (owner !== principal) {
        throw new BatonError(
          Code.Internal,
          `The grant ${JSON.stringify(grantId)} passes on ${JSON.stringify(source)}, which is not an entitlement of the grant's principal. This is a bug in the connector.`,
        );
      } else {
        edges.push({ source, ...rule });
      }
    }
  }
  return { edges, dropped };
}

function resourceKey(id: { readonly resourceType: string; readonly resource: string } | undefined): string {
  return `${id?.resourceType}\0${id?.resource}`;
}

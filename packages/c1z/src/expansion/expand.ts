import { packAny } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  type Grant,
  GrantImmutableSchema,
  GrantSchema,
  GrantSources_GrantSourceSchema,
  GrantSourcesSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { SyncWriter } from '../store.ts';
import { type ExpandableGrants, edgesOf } from './expandable-grants.ts';
import { expansionOrder, type Node, type Pause } from './graph.ts';

/** Source grants between two pauses: each is looked up and written with all indexes, which may take 0.2 ms. */
const batchSize = 250;
const maxExamples = 25;

/** What comes through another entitlement cannot be revoked by itself. */
const immutable = packAny(GrantImmutableSchema, {});

/**
 * Gives every holder of a source entitlement the entitlements that an expandable grant says it implies
 * (`c1z-format.md §5.6`). Doing it again changes nothing, so an interrupted expansion starts over.
 *
 * @param afterBatch called after each batch of written grants: save, tell, and give way to others
 */
export async function expandGrants(
  writer: SyncWriter,
  expandable: ExpandableGrants,
  hooks: {
    readonly warn: (message: string) => void;
    readonly afterBatch: (grants: number) => Promise<void>;
    readonly pause: Pause;
  },
): Promise<void> {
  const { edges, dropped } = await edgesOf(expandable, (id) => writer.entitlement(id), hooks.pause);
  if (dropped.length > 0) {
    hooks.warn(
      `Left out ${dropped.length} expansions whose entitlement does not exist (for example ${dropped.slice(0, maxExamples).join(', ')}).`,
    );
  }
  for (const node of await expansionOrder(edges, hooks.pause)) {
    for (const targetId of node.entitlementIds) {
      const target = writer.entitlement(targetId);
      if (target) for (const edge of node.incoming) await expandEdge(writer, target, edge, hooks.afterBatch);
    }
  }
}

async function expandEdge(
  writer: SyncWriter,
  target: Entitlement,
  edge: Node['incoming'][number],
  afterBatch: (grants: number) => Promise<void>,
): Promise<void> {
  for (const sourceId of edge.from.entitlementIds) {
    for (let cursor: number | undefined = 0; cursor !== undefined; ) {
      const page: ReturnType<SyncWriter['grants']> = writer.grants({
        entitlementId: sourceId,
        cursor,
        limit: batchSize,
      });
      const changed: Grant[] = [];
      for (const source of page.rows) {
        const principal = source.principal?.id;
        if (!principal) continue;
        if (edge.resourceTypeIds.size > 0 && !edge.resourceTypeIds.has(principal.resourceType)) continue;
        const isDirect = isDirectGrant(source, sourceId);
        if (edge.shallow && !isDirect) continue;
        const held = writer.grants({ entitlementId: target.id, principal, limit: 1 }).rows[0];
        const grant = held ? addSource(held, sourceId, isDirect) : inherit(target, source, sourceId, isDirect);
        if (grant) changed.push(grant);
      }
      if (changed.length > 0) writer.putGrants(changed);
      await afterBatch(changed.length);
      cursor = page.next;
    }
  }
}

function isDirectGrant(grant: Grant, entitlementId: string): boolean {
  const sources = grant.sources?.sources ?? {};
  return Object.keys(sources).length === 0 || Object.hasOwn(sources, entitlementId);
}

function inherit(target: Entitlement, source: Grant, sourceId: string, isDirect: boolean): Grant | undefined {
  const { principal } = source;
  if (!principal?.id) return undefined;
  return create(GrantSchema, {
    // As every writer names a grant (`c1z-format.md §3.2`).
    id: `${target.id}:${principal.id.resourceType}:${principal.id.resource}`,
    entitlement: target,
    principal,
    sources: { sources: { [sourceId]: { isDirect } } },
    annotations: [immutable],
  });
}

/** Undefined when the grant says so already. */
function addSource(held: Grant, sourceId: string, isDirect: boolean): Grant | undefined {
  const before = held.sources?.sources ?? {};
  const known = Object.hasOwn(before, sourceId) ? before[sourceId] : undefined;
  if (known && (known.isDirect || !isDirect)) return undefined;
  const own = held.entitlement?.id ?? '';
  const after = Object.keys(before).length > 0 ? { ...before } : { [own]: directSource(true) };
  after[sourceId] = directSource(isDirect);
  return { ...held, sources: create(GrantSourcesSchema, { sources: after }) };
}

const directSource = (isDirect: boolean) => create(GrantSources_GrantSourceSchema, { isDirect });

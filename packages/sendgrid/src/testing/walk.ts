import type { Connector, Page, SyncSession } from '@baton-ts/connector-sdk';
import { ChildResourceTypeSchema, type Entitlement, type Grant, type Resource } from '@baton-ts/protocol/connector-v2';
import { anyUnpack } from '@bufbuild/protobuf/wkt';

export class MemorySession implements SyncSession {
  readonly #values = new Map<string, string>();

  get(key: string): string | undefined {
    return this.#values.get(key);
  }
  set(key: string, value: string): void {
    this.#values.set(key, value);
  }
  entries(prefix: string): Iterable<readonly [string, string]> {
    return [...this.#values].filter(([key]) => key.startsWith(prefix));
  }
}

export interface Walked {
  readonly resources: readonly Resource[];
  readonly entitlements: readonly Entitlement[];
  readonly grants: readonly Grant[];
}

const { signal } = new AbortController();

/** Asks a connector for everything, in the order that a sync keeps, and holds it in memory. */
export async function walk(connector: Connector, session: SyncSession = new MemorySession()): Promise<Walked> {
  const resources: Resource[] = [];
  const parts = [...connector.resourceTypes].sort((a, b) => (a.listAfter?.length ?? 0) - (b.listAfter?.length ?? 0));
  const byType = new Map(parts.map((part) => [part.type.id, part]));
  for (const part of parts) {
    const listed = await pages((pageToken) => part.list({ parent: undefined, pageToken, session, signal }));
    resources.push(...listed);
    for (const parent of listed) {
      for (const any of parent.annotations) {
        const child = anyUnpack(any, ChildResourceTypeSchema);
        const childPart = child && byType.get(child.resourceTypeId);
        if (childPart) {
          resources.push(
            ...(await pages((pageToken) => childPart.list({ parent: parent.id, pageToken, session, signal }))),
          );
        }
      }
    }
  }
  const entitlements: Entitlement[] = [];
  const grants: Grant[] = [];
  for (const resource of resources) {
    const part = byType.get(resource.id?.resourceType ?? '');
    const ask = { resource, session, signal };
    if (part?.entitlements)
      entitlements.push(...(await pages((pageToken) => readOr(part.entitlements?.({ ...ask, pageToken })))));
    if (part?.grants) grants.push(...(await pages((pageToken) => readOr(part.grants?.({ ...ask, pageToken })))));
  }
  return { resources, entitlements, grants };
}

const readOr = <T>(page: Promise<Page<T>> | undefined): Promise<Page<T>> => page ?? Promise.resolve({ items: [] });

async function pages<T>(read: (pageToken: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined = '';
  do {
    const page: Page<T> = await read(pageToken);
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return items;
}

import type { SyncReader } from '@baton-ts/c1z';
import type { Grant, Resource } from '@baton-ts/protocol/connector-v2';

/** Everybody and everything in a file but scopes and roles. */
export function resourcesIn(reader: SyncReader): Resource[] {
  return allRows<Resource>((cursor) => reader.resources({ cursor })).filter(isNoScopeOrRole);
}

export function isNoScopeOrRole({ id }: Resource): boolean {
  return id?.resourceType !== 'scope' && id?.resourceType !== 'role';
}

/** `teammate/ann under 481203`. */
export function placeOf({ id, parentResourceId }: Resource): string {
  return `${id?.resourceType}/${id?.resource} under ${parentResourceId?.resource ?? ''}`;
}

/** What teammates hold directly, as `scope:mail.send:assigned for ann`, sorted. */
export function grantsIn(reader: SyncReader): string[] {
  return holdings(allRows<Grant>((cursor) => reader.grants({ cursor })));
}

/** The same of grants that are in no file yet. */
export function holdings(grants: readonly Grant[]): string[] {
  const found: string[] = [];
  for (const { entitlement, principal, sources } of grants) {
    const through = Object.keys(sources?.sources ?? {});
    if (principal?.id?.resourceType !== 'teammate') continue;
    if (through.length > 0 && !through.includes(entitlement?.id ?? '')) continue;
    found.push(`${entitlement?.id} for ${principal.id.resource}`);
  }
  return found.sort();
}

function allRows<T>(
  read: (cursor: number) => { readonly rows: readonly T[]; readonly next?: number | undefined },
): T[] {
  const rows: T[] = [];
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const page = read(cursor);
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
}

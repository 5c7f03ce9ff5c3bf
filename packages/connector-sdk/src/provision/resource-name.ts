import type { Resource } from '@baton-ts/protocol/connector-v2';

/** A resource as the person who named it knows it: `teammate "ann" (Ann Lee)`. */
export function resourceName({ id, displayName }: Pick<Resource, 'id' | 'displayName'>): string {
  const { resourceType = 'resource', resource = '' } = id ?? {};
  const words = displayName === '' || displayName === resource ? '' : ` (${displayName})`;
  return `${resourceType} "${resource}"${words}`;
}

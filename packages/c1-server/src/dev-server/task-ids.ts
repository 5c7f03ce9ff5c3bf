import { BatonError, Code } from '@baton-ts/protocol/errors';

export interface ResourceRef {
  readonly resourceType: string;
  readonly resource: string;
}

export interface EntitlementRef {
  readonly id: string;
  readonly of: ResourceRef;
  readonly slug: string;
}

/** Longest part of an id that a connector takes (`service-protocol.md §13`). */
const MAX_ID_BYTES = 1024;

export function resourceRef(resourceType: string, resource: string): ResourceRef {
  for (const [what, text] of [
    ['resource type', resourceType],
    ['resource', resource],
  ] as const) {
    const length = Buffer.byteLength(text);
    if (length < 1 || length > MAX_ID_BYTES) {
      throw new BatonError(
        Code.InvalidArgument,
        `A ${what} has 1 to ${MAX_ID_BYTES} bytes; "${text.slice(0, 40)}" has ${length}.`,
      );
    }
  }
  return { resourceType, resource };
}

/**
 * Takes an entitlement id apart as people write it, `type:resource:slug`. Ids may hold more colons than that: then the
 * resource has to be told.
 */
export function entitlementRef(
  id: string,
  told: { readonly type?: string; readonly resource?: string },
): EntitlementRef {
  if (told.type !== undefined && told.resource !== undefined) {
    const prefix = `${told.type}:${told.resource}:`;
    const slug = id.startsWith(prefix) ? id.slice(prefix.length) : '';
    return { id, of: resourceRef(told.type, told.resource), slug };
  }
  const [type, resource, slug, ...more] = id.split(':');
  if (type === undefined || resource === undefined || slug === undefined || more.length > 0) {
    throw new BatonError(
      Code.InvalidArgument,
      `"${id}" is not TYPE:RESOURCE:SLUG. Name the resource of the entitlement with --resource-type and --resource.`,
    );
  }
  return { id, of: resourceRef(told.type ?? type, told.resource ?? resource), slug };
}

/** Takes a grant id apart: `type:resource:slug:principalType:principal`. */
export function grantParts(id: string): readonly [entitlement: string, principalType: string, principal: string] {
  const [type, resource, slug, principalType, principal, ...more] = id.split(':');
  if (principalType === undefined || principal === undefined || more.length > 0) {
    throw new BatonError(
      Code.InvalidArgument,
      `"${id}" cannot be taken apart for certain. Write: revoke ENTITLEMENT PRINCIPAL_TYPE PRINCIPAL.`,
    );
  }
  return [`${type}:${resource}:${slug}`, principalType, principal];
}

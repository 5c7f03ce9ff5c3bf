import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import type { ResourceRef } from './joins.ts';

/** Which grants a command is about. */
export interface GrantFilter {
  readonly entitlementId?: string;
  /** The type of the entitlement's resource. */
  readonly resourceTypeId?: string;
  /** The entitlement's resource. */
  readonly resource?: ResourceRef;
  readonly principal?: ResourceRef;
}

/** The filter flags of `grants`; combinations that answer another question than was asked are refused (`cli.md §C.2`). */
export function grantFilter(flags: Flags): GrantFilter {
  const principal = flags.optional('principal');
  return {
    ...resourceOrEntitlement(flags),
    ...(principal === undefined ? {} : { principal: principalRef(principal) }),
  };
}

/** The filter flags of `principals`, where a type without a resource is no filter. */
export function principalFilter(flags: Flags): GrantFilter {
  const filter = resourceOrEntitlement(flags);
  if (filter.resourceTypeId === undefined) return filter;
  throw new BatonError(Code.Unknown, '--resource-type needs --resource here: the principals of one resource are shown');
}

function resourceOrEntitlement(flags: Flags): GrantFilter {
  const entitlementId = flags.optional('entitlement');
  const resourceTypeId = flags.optional('resource-type');
  const resource = flags.optional('resource');
  if (entitlementId === '') throw new BatonError(Code.Unknown, '--entitlement is empty; name an entitlement by its id');
  if (resource !== undefined && entitlementId !== undefined) {
    throw new BatonError(
      Code.Unknown,
      '--resource and --entitlement exclude each other: an entitlement has one resource',
    );
  }
  if (resource !== undefined) {
    if (resourceTypeId === undefined) {
      throw new BatonError(Code.Unknown, '--resource needs --resource-type: resources of two types may share an id');
    }
    return { resource: { resourceType: resourceTypeId, resource } };
  }
  return {
    ...(entitlementId === undefined ? {} : { entitlementId }),
    ...(resourceTypeId === undefined ? {} : { resourceTypeId }),
  };
}

/** `TYPE/ID`. Only the first slash divides: an id may hold more. */
function principalRef(text: string): ResourceRef {
  const slash = text.indexOf('/');
  if (slash > 0 && slash < text.length - 1)
    return { resourceType: text.slice(0, slash), resource: text.slice(slash + 1) };
  throw new BatonError(Code.Unknown, `--principal is "${text}"; it takes TYPE/ID, for example user/ann@example.com`);
}

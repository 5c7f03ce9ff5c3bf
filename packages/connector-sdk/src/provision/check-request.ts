import type {
  AccountInfo,
  CreateAccountRequest,
  CreateResourceRequest,
  DeleteResourceRequest,
  Entitlement,
  Grant,
  GrantManagerServiceGrantRequest,
  GrantManagerServiceRevokeRequest,
  Resource,
  ResourceId,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** In bytes of UTF-8 (`service-protocol.md §13`, payload rules). */
const maxIdBytes = 1024;
const maxNameBytes = 1024;
const maxDescriptionBytes = 2048;
/** RFC 5321: no mail server takes a longer address, or a longer name before the @. */
const maxEmailLength = 254;
const maxEmailNameLength = 64;

/** What is known of an entitlement, a principal or a resource once its request has been checked. */
export type Identified<T> = T & { readonly id: ResourceId };
export type PlacedEntitlement = Entitlement & { readonly resource: Identified<Resource> };

/** Each check throws `InvalidArgument` that names the field, as the payload rules have it (`service-protocol.md §13`). */
export function checkGrantRequest({ entitlement, principal }: GrantManagerServiceGrantRequest): {
  readonly entitlement: PlacedEntitlement;
  readonly principal: Identified<Resource>;
} {
  return {
    entitlement: checkedEntitlement(entitlement, 'entitlement'),
    principal: checkedResource(principal, 'principal'),
  };
}

export function checkRevokeRequest({ grant }: GrantManagerServiceRevokeRequest): {
  readonly grant: Grant;
  readonly entitlement: PlacedEntitlement;
  readonly principal: Identified<Resource>;
} {
  if (grant === undefined) throw lacks('grant');
  checkText(grant.id, 'grant.id');
  return {
    grant,
    entitlement: checkedEntitlement(grant.entitlement, 'grant.entitlement'),
    principal: checkedResource(grant.principal, 'grant.principal'),
  };
}

export function checkDeleteRequest({ resourceId, parentResourceId }: DeleteResourceRequest): {
  readonly id: ResourceId;
  readonly parent: ResourceId | undefined;
} {
  const id = checkedId(resourceId, 'resource_id');
  if (parentResourceId === undefined) return { id, parent: undefined };
  return { id, parent: checkedId(parentResourceId, 'parent_resource_id') };
}

export function checkCreateRequest({ resource }: CreateResourceRequest): Identified<Resource> {
  return checkedResource(resource, 'resource');
}

export function checkAccountRequest({ accountInfo, resourceTypeId }: CreateAccountRequest): AccountInfo {
  if (accountInfo === undefined) throw lacks('account_info');
  if (resourceTypeId !== '') checkText(resourceTypeId, 'resource_type_id');
  for (const { address } of accountInfo.emails) {
    if (isEmail(address)) continue;
    throw new BatonError(Code.InvalidArgument, `${JSON.stringify(address)} is not an e-mail address`);
  }
  return accountInfo;
}

function checkedEntitlement(entitlement: Entitlement | undefined, field: string): PlacedEntitlement {
  if (entitlement === undefined) throw lacks(field);
  checkText(entitlement.id, `${field}.id`);
  checkWords(entitlement, field);
  return { ...entitlement, resource: checkedResource(entitlement.resource, `${field}.resource`) };
}

function checkedResource(resource: Resource | undefined, field: string): Identified<Resource> {
  if (resource === undefined) throw lacks(field);
  const id = checkedId(resource.id, `${field}.id`);
  if (resource.parentResourceId !== undefined) checkedId(resource.parentResourceId, `${field}.parent_resource_id`);
  checkWords(resource, field);
  return { ...resource, id };
}

function checkedId(id: ResourceId | undefined, field: string): ResourceId {
  if (id === undefined) throw lacks(field);
  checkText(id.resourceType, `${field}.resource_type`);
  checkText(id.resource, `${field}.resource`);
  return id;
}

function checkWords(named: { readonly displayName: string; readonly description: string }, field: string): void {
  checkLength(named.displayName, `${field}.display_name`, maxNameBytes);
  checkLength(named.description, `${field}.description`, maxDescriptionBytes);
}

function checkText(text: string, field: string): void {
  if (text === '') throw lacks(field);
  checkLength(text, field, maxIdBytes);
}

function checkLength(text: string, field: string, maxBytes: number): void {
  if (Buffer.byteLength(text) <= maxBytes) return;
  throw new BatonError(Code.InvalidArgument, `the request's ${field} is longer than ${maxBytes} bytes`);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > maxEmailNameLength || text.length > maxEmailLength) return false;
  const [name, host] = [text.slice(0, at), text.slice(at + 1)];
  return /^[^\s@<>"(),:;[\]\\\p{Cc}]+$/u.test(name) && /^[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)*$/u.test(host);
}

function lacks(field: string): BatonError {
  return new BatonError(Code.InvalidArgument, `the request lacks ${field}`);
}

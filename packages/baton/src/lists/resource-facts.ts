import { findAnnotation } from '@baton-ts/protocol/annotations';
import { type Entitlement, type Resource, type UserTrait, UserTraitSchema } from '@baton-ts/protocol/connector-v2';
import type { JsonObject } from '@bufbuild/protobuf';

/** What a resource says of its state; `unknown` when it says nothing. */
export type ResourceState = (typeof states)[number];

/** By their numbers, which `Status.ResourceStatus` and `UserTrait.Status.Status` share. */
const states = ['unknown', 'enabled', 'disabled', 'deleted'] as const;

/** The state of a resource, or of its user trait in files of older writers (`c1z-format.md §3.3`). */
export function stateOf(resource: Resource): ResourceState {
  const own = states[resource.status?.status ?? 0] ?? 'unknown';
  return own === 'unknown' ? (states[userTrait(resource)?.status?.status ?? 0] ?? 'unknown') : own;
}

/** What a resource says about its state in words, for example `invitation expired`. */
export function statusDetailsOf(resource: Resource): string {
  return resource.status?.details || userTrait(resource)?.status?.details || '';
}

/** What else is known of a resource: its profile, or that of its user trait in files of older writers. */
export function profileOf(resource: Resource): JsonObject {
  return resource.profile ?? userTrait(resource)?.profile ?? {};
}

/** The addresses of an account, the primary one first. */
export function emailsOf(resource: Resource): readonly string[] {
  const emails = userTrait(resource)?.emails ?? [];
  return [...emails].sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary)).map((email) => email.address);
}

export function userTrait(resource: Resource): UserTrait | undefined {
  return findAnnotation(resource.annotations, UserTraitSchema);
}

/** The name a person knows it by; its id when it has none. */
export function resourceName(resource: Resource): string {
  return resource.displayName === '' ? (resource.id?.resource ?? '') : resource.displayName;
}

/** The name of a resource type or an entitlement; its id when it has none. */
export function displayName(thing: { readonly displayName: string; readonly id: string }): string {
  return thing.displayName === '' ? thing.id : thing.displayName;
}

/** The name of an entitlement among those of other resources: `Member of Ops` says all, a bare slug needs its resource. */
export function entitlementName(entitlement: Entitlement): string {
  const own = displayName(entitlement);
  const on = entitlement.resource === undefined ? '' : resourceName(entitlement.resource);
  return on === '' || own.includes(on) || own !== entitlement.slug ? own : `${own} of ${on}`;
}

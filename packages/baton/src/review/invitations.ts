import type { Resource, ResourceType } from '@baton-ts/protocol/connector-v2';
import { statusDetailsOf } from '../lists/resource-facts.ts';

/** Whether all resources of a type are invitations: it is named for it, as that of SendGrid's connector. */
export function isInvitationType({ id, displayName }: Pick<ResourceType, 'id' | 'displayName'>): boolean {
  return [id, displayName].some((name) => /invit(ation|e)/i.test(name));
}

/**
 * Whether a resource is an invitation. No field of the format says so: its type does, or the details of its status speak
 * of it (`invited, expires …`, `invitation expired`).
 */
export function isInvitationResource(
  resource: Resource,
  type: Pick<ResourceType, 'id' | 'displayName'> | undefined,
): boolean {
  return /^\s*invit(ed|ation)\b/i.test(statusDetailsOf(resource)) || (type !== undefined && isInvitationType(type));
}

/** The name of an invitation: never its id, which may be what accepts it. */
export function invitationName({ displayName }: Resource): string {
  return displayName === '' ? 'Invitation without a name' : displayName;
}

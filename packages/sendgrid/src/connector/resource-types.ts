import { annotation, resourceType, skipEntitlements, skipEntitlementsAndGrants } from '@baton-ts/connector-sdk';
import { OptInRequiredSchema, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';

// Ids are the Go connector's where it has the type, so that tenants keep their history.

export const teammateType = resourceType({
  id: 'teammate',
  displayName: 'Teammate',
  description: 'A person who can sign in to the SendGrid account or to one of its subusers',
  traits: [ResourceType_Trait.USER],
  annotations: [skipEntitlements()],
});

export const invitationType = resourceType({
  id: 'teammate_invitation',
  displayName: 'Teammate invitation',
  description: 'A person who was invited and has not accepted yet',
  traits: [ResourceType_Trait.USER],
  annotations: [skipEntitlementsAndGrants()],
});

export const scopeType = resourceType({
  id: 'scope',
  displayName: 'Scope',
  description: 'One permission in SendGrid',
  traits: [ResourceType_Trait.ROLE],
});

export const roleType = resourceType({
  id: 'role',
  displayName: 'Role',
  description: 'Owner or admin of the account: every scope that the account has',
  traits: [ResourceType_Trait.ROLE],
});

export const subuserType = resourceType({
  id: 'subuser',
  displayName: 'Subuser',
  description: 'A separate sending account below this one, for example of a brand or a customer',
  traits: [ResourceType_Trait.USER],
});

export const apiKeyType = resourceType({
  id: 'api_key',
  displayName: 'API key',
  description: 'A key that programs use; SendGrid does not say who made it',
  traits: [ResourceType_Trait.SECRET],
  annotations: [skipEntitlementsAndGrants(), annotation(OptInRequiredSchema)],
});

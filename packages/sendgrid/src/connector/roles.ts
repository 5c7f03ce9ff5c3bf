import {
  entitlement,
  entitlementImmutable,
  grant,
  grantExpandable,
  grantImmutable,
  type ResourceTypePart,
  roleResource,
} from '@baton-ts/connector-sdk';
import type { Entitlement, Resource } from '@baton-ts/protocol/connector-v2';
import { roleType, teammateType } from './resource-types.ts';
import type { ScopeModels } from './scopes.ts';
import type { TeammateDirectory } from './teammate-directory.ts';

export type RoleName = 'owner' | 'admin';
interface Role {
  readonly resource: Resource;
  readonly assigned: Entitlement;
}

/** Why neither the owner's role nor its grant can be changed. */
export const ownerIsFixed = { reason: 'SendGrid support alone changes the owner' };

const owner = role(
  'owner',
  'Owner',
  'Owns the account: may do everything, and only SendGrid support can change who it is.',
);
const admin = role('admin', 'Admin', 'May do everything that the account can, people and API keys included.');

export const roles: Readonly<Record<RoleName, Role>> = { owner, admin };

function role(id: RoleName, displayName: string, description: string): Role {
  const resource = roleResource({ type: roleType, id, displayName, description, profile: { role: id } });
  const assigned = entitlement({
    resource,
    slug: 'assigned',
    displayName,
    description: `${description} Risk: critical.`,
    purpose: id === 'owner' ? 'ownership' : 'assignment',
    grantableTo: [teammateType],
    annotations: id === 'owner' ? [entitlementImmutable(ownerIsFixed)] : [],
  });
  return { resource, assigned };
}

const byId = (id: string | undefined): Role | undefined => (id === 'owner' || id === 'admin' ? roles[id] : undefined);

/** Each role holds every scope of the account's own catalogue; expansion hands them to the people who hold the role. */
export function rolePart(directory: TeammateDirectory, scopes: ScopeModels): ResourceTypePart {
  return {
    type: roleType,
    permissions: ['teammates.read'],
    list: ({ parent }) => Promise.resolve({ items: parent ? [] : [owner.resource, admin.resource] }),
    get: ({ id }) => Promise.resolve(byId(id.resource)?.resource),
    entitlements({ resource }) {
      const found = byId(resource.id?.resource);
      return Promise.resolve({ items: found ? [found.assigned] : [] });
    },
    async grants({ resource, session, signal }) {
      const found = byId(resource.id?.resource);
      if (found === undefined) return { items: [] };
      const annotations = [
        grantExpandable({ entitlementIds: [found.assigned.id], resourceTypeIds: [teammateType.id] }),
        grantImmutable({ reason: 'The role always holds every scope' }),
      ];
      const names = await directory.accountCatalogue({ session, signal });
      return { items: names.map((name) => grant(scopes.of(name).assigned, found.resource, { annotations })) };
    },
  };
}

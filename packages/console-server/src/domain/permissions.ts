import type { Role } from '@baton-ts/console-api';

/**
 * Everything that can be allowed. `….own` holds for what the person owns; the route decides whether it does, and a route
 * that reads something of an app or a connector is open to `….manage.own` as well.
 */
export const permissions = [
  /** Names, addresses and places of work: whom one needs to pick an owner. */
  'people.read',
  /** Roles, origin, invitation and last sign-in of others. */
  'people.details',
  'people.manage',
  'people.roles',
  'apps.read',
  'apps.create',
  'apps.manage',
  'apps.manage.own',
  'connectors.read',
  'connectors.manage',
  'connectors.manage.own',
  'connectors.files',
  'log.read',
  'settings.read',
  'settings.manage',
] as const;
export type Permission = (typeof permissions)[number];

const everything: readonly Permission[] = permissions;

/**
 * What each role may do (`governance.md §2.1`). Roles add up. Where the sheet leaves it open:
 * - A Connector Administrator sees what connectors bring in, because checking that the accounts and entitlements of the app
 *   are filled is part of setting one up (`§2.2`).
 * - An Application Administrator sees the apps and connectors that are theirs, and nothing of another owner.
 * - The roles for campaigns and requests say nothing about apps or connectors as such: what they open are campaigns and
 *   requests. They choose people for both.
 * - A Read-Only Administrator sees the evidence of everything (`§4`, 49), so the system log, but not the settings, which the
 *   sheet does not name.
 */
export const permissionsByRole: Readonly<Record<Role, readonly Permission[]>> = {
  SUPER_ADMINISTRATOR: everything,
  CONNECTOR_ADMINISTRATOR: ['people.read', 'apps.read', 'connectors.read', 'connectors.manage', 'connectors.files'],
  APPLICATION_ADMINISTRATOR: ['people.read', 'apps.create', 'apps.manage.own', 'connectors.manage.own'],
  CAMPAIGN_ADMINISTRATOR: ['people.read'],
  ACCESS_REQUEST_ADMINISTRATOR: ['people.read'],
  ACCESS_REQUEST_HELPDESK: ['people.read'],
  READ_ONLY_ADMINISTRATOR: ['people.read', 'people.details', 'apps.read', 'connectors.read', 'log.read'],
  BASIC_USER: [],
};

export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => permissionsByRole[role]));
}

export function may({ roles }: { readonly roles: readonly Role[] }, permission: Permission): boolean {
  return roles.some((role) => permissionsByRole[role].includes(permission));
}

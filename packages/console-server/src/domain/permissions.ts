import type { Role } from '@baton-ts/console-api';

/** Everything that can be allowed. `….own` holds for what the person owns; the route decides whether it does. */
export const permissions = [
  'people.read',
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

/** What each role may do (`governance.md §2.1`). Roles add up. */
export const permissionsByRole: Readonly<Record<Role, readonly Permission[]>> = {
  SUPER_ADMINISTRATOR: everything,
  CONNECTOR_ADMINISTRATOR: ['people.read', 'apps.read', 'connectors.read', 'connectors.manage', 'connectors.files'],
  APPLICATION_ADMINISTRATOR: [
    'people.read',
    'apps.read',
    'apps.create',
    'apps.manage.own',
    'connectors.read',
    'connectors.manage.own',
  ],
  CAMPAIGN_ADMINISTRATOR: ['people.read', 'apps.read'],
  ACCESS_REQUEST_ADMINISTRATOR: ['people.read', 'apps.read'],
  ACCESS_REQUEST_HELPDESK: ['people.read', 'apps.read'],
  READ_ONLY_ADMINISTRATOR: ['people.read', 'apps.read', 'connectors.read', 'log.read', 'settings.read'],
  BASIC_USER: [],
};

export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => permissionsByRole[role]));
}

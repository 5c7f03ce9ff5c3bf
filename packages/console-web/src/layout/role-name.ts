import type { Role } from '@baton-ts/console-api';

const names: Readonly<Record<Role, string>> = {
  SUPER_ADMINISTRATOR: 'Super Administrator',
  CONNECTOR_ADMINISTRATOR: 'Connector Administrator',
  APPLICATION_ADMINISTRATOR: 'Application Administrator',
  CAMPAIGN_ADMINISTRATOR: 'Campaign Administrator',
  ACCESS_REQUEST_ADMINISTRATOR: 'Access Request Administrator',
  ACCESS_REQUEST_HELPDESK: 'Access Request Helpdesk',
  READ_ONLY_ADMINISTRATOR: 'Read-Only Administrator',
  BASIC_USER: 'Basic User',
};

/** The highest role, as people call it; how many more there are. */
export function roleName(roles: readonly Role[]): string {
  const held = Object.keys(names).filter((role): role is Role => roles.some((one) => one === role));
  const [first, ...others] = held;
  if (first === undefined) return names.BASIC_USER;
  return others.length === 0 ? names[first] : `${names[first]} +${others.length}`;
}

export { names as roleNames };

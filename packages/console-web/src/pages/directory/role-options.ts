import type { Role } from '@baton-ts/console-api';
import { roleNames } from '../../layout/role-name.ts';

export const roles = Object.keys(roleNames).filter((name): name is Role => name in roleNames);

export const roleOptions = roles.map((value) => ({ value, label: roleNames[value] }));

export function rolesOf(values: readonly string[]): Role[] {
  return roles.filter((role) => values.includes(role));
}

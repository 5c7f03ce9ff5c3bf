import { type Entitlement, Entitlement_PurposeValue } from '@baton-ts/protocol/connector-v2';

const adminWord = /(^|[^a-z])(owner|admin|administrator|superadmin|superuser|root)s?$/;

/**
 * Whether holding it makes somebody an admin or owner: its purpose says ownership, or its slug ends with such a word, or
 * a name of the role that it is of does.
 *
 * @param roleNames names of the role; none where the entitlement is of something else
 */
export function isAdminEntitlement(entitlement: Entitlement, roleNames: readonly string[]): boolean {
  if (entitlement.purpose === Entitlement_PurposeValue.OWNERSHIP) return true;
  return [entitlement.slug, ...roleNames].some(isAdminName);
}

/** `orgAdmin`, `Workspace owner`, `super_admin`. */
function isAdminName(name: string): boolean {
  return adminWord.test(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase());
}

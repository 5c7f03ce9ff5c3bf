import { BatonError, Code } from '@baton-ts/connector-sdk';
import type { TeammateDetail } from '../../api/schemas.ts';
import { type SsoNames, updateSsoTeammate, updateTeammate, type Write } from '../../api/writes.ts';
import { selfServiceScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';
import { isOwner } from '../teammate-directory.ts';
import { capital, nameOf, type Person, refused } from './person.ts';

/** Names go with every change of an SSO teammate. */
export function ssoNamesOf({ first_name, last_name }: TeammateDetail): SsoNames {
  return { firstName: first_name, lastName: last_name };
}

/** The write after which a teammate holds these scopes and is no admin, at the endpoint that fits. */
export function replaceScopes(person: Person, scopes: readonly string[]): Write {
  const { username, detail, home } = person;
  if (!isSso(person)) return updateTeammate(username, { scopes, isAdmin: false }, home);
  return updateSsoTeammate(username, ssoNamesOf(detail), { scopes, ...(detail.is_admin && { isAdmin: false }) });
}

/** The write after which a teammate is an admin. */
export function makeAdmin(person: Person): Write {
  const { username, detail } = person;
  if (!isSso(person)) return updateTeammate(username, { scopes: [], isAdmin: true });
  return updateSsoTeammate(username, ssoNamesOf(detail), { isAdmin: true });
}

/** SSO teammates have an endpoint of their own, which does not reach into subusers (`sendgrid-api.md §1.1`, `§5`). */
function isSso(person: Person): boolean {
  if (person.detail.is_sso !== true) return false;
  if (person.home === undefined) return true;
  throw refused(
    `SendGrid's API cannot change ${nameOf(person)}: that works for SSO teammates of the account only. Change it in SendGrid, signed in to the subuser.`,
  );
}

/** Throws for the owner, about whom nothing can be changed. */
export function refuseOwner(person: Person): void {
  if (!isOwner(person.detail)) return;
  throw refused(
    `${capital(nameOf(person))} is the owner of the account and always holds everything. Only SendGrid support changes who the owner is.`,
  );
}

/** A read after a write shows something else than what was written, and not nothing. */
export function changedMeanwhile(person: Person, what: string): BatonError {
  return new BatonError(
    Code.Aborted,
    `${capital(nameOf(person))} is not as it was left: ${what}. Somebody else changed it at the same time, or SendGrid did not keep everything. Nothing was written again. Sync, look, and repeat if it is still wanted.`,
  );
}

/** Whether a teammate signs in with a password of SendGrid's; undefined when SendGrid does not say. */
export function hasPassword({ is_sso, is_unified, is_partner_sso }: TeammateDetail): boolean | undefined {
  if (is_sso || is_unified || is_partner_sso) return false;
  return is_sso === false && is_unified === false ? true : undefined;
}

/** Whether SendGrid gives a scope to this teammate by itself, as far as it says how the teammate signs in. */
export function isSelfAssigned(detail: TeammateDetail, scope: string): boolean {
  return isAutomatic(scope) || (selfServiceScopes.has(scope) && hasPassword(detail) === true);
}

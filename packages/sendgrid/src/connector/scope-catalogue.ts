import { accessScopes } from './scope-catalogue/access.ts';
import { accountScopes } from './scope-catalogue/account.ts';
import { contentScopes } from './scope-catalogue/content.ts';
import type { KnownScope } from './scope-catalogue/known-scope.ts';
import { peopleScopes } from './scope-catalogue/people.ts';
import { recipientScopes } from './scope-catalogue/recipients.ts';
import { reportScopes } from './scope-catalogue/reports.ts';
import { sendingScopes } from './scope-catalogue/sending.ts';
import { settingScopes } from './scope-catalogue/settings.ts';
import { subuserScopes } from './scope-catalogue/subusers.ts';

export type { KnownScope, ScopeRisk } from './scope-catalogue/known-scope.ts';

/** Every scope, area by area. */
export const scopeList: readonly KnownScope[] = [
  ...peopleScopes,
  ...accessScopes,
  ...accountScopes,
  ...sendingScopes,
  ...contentScopes,
  ...recipientScopes,
  ...settingScopes,
  ...reportScopes,
  ...subuserScopes,
];

/** The scopes that we can explain, by name. SendGrid adds names without notice: one that is missing here is still a scope. */
export const knownScopes: ReadonlyMap<string, KnownScope> = new Map(scopeList.map((scope) => [scope.name, scope]));

/**
 * SendGrid gives these to everybody who signs in with a password, so there they cannot be written either; for others
 * they are ordinary scopes (`sendgrid-api.md §4.5`).
 */
export const selfServiceScopes: ReadonlySet<string> = new Set([
  'user.email.update',
  'user.multifactor_authentication.create',
  'user.multifactor_authentication.delete',
  'user.multifactor_authentication.read',
  'user.multifactor_authentication.update',
  'user.password.read',
  'user.password.update',
  'user.username.update',
]);

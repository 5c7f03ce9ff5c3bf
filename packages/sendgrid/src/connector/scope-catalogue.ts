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

/**
 * SendGrid gives these to everybody on acceptance, whatever was asked for, so one that is taken away may come back by
 * itself (`sendgrid-api.md §4.5`).
 */
export const baselineScopes: ReadonlySet<string> = new Set([
  'mail_settings.read',
  'partner_settings.read',
  'tracking_settings.read',
  'user.account.read',
  'user.credits.read',
  'user.email.read',
  'user.profile.read',
  'user.settings.enforced_tls.read',
  'user.timezone.read',
  'user.username.read',
]);

/** The same in each subuser that somebody is restricted to (`sendgrid-api.md §5`). */
export const subuserBaselineScopes: ReadonlySet<string> = new Set([...baselineScopes, 'stats.read']);

/** Accepted and echoed by SendGrid, and gone at the next read (`sendgrid-api.md §4.5`). */
export const neverKeptScope = 'user.profile.update';

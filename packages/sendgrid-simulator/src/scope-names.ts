/**
 * Scope names by plan, one area a line with its last words (`sendgrid-api.md §4.4`): what a free account was seen to hold,
 * and what a paid one has beyond it.
 */
const freeAreas = `
2fa_exempt
2fa_required
sender_verification_eligible
access_settings.activity read
access_settings.whitelist create delete read update
alerts create delete read update
api_keys create delete read update
asm.groups create delete read update
asm.groups.suppressions create delete read update
asm.suppressions.global create delete read update
billing create delete read update
browsers.stats read
categories create delete read update
categories.stats read
categories.stats.sums read
clients.desktop.stats read
clients.phone.stats read
clients.stats read
clients.tablet.stats read
clients.webmail.stats read
credentials create delete read update
design_library create delete read update
devices.stats read
email_testing read write
geo.stats read
ips.pools.ips read
mail.batch create delete read update
mail send
mail_settings.address_whitelist create delete read update
mail_settings.bcc create delete read update
mail_settings.bounce_purge create delete read update
mail_settings.footer create delete read update
mail_settings.forward_bounce create delete read update
mail_settings.forward_spam create delete read update
mail_settings.plain_content create delete read update
mail_settings read
mail_settings.spam_check create delete read update
mail_settings.template create delete read update
mailbox_providers.stats read
marketing.automation read
marketing read
messages read
partner_settings.new_relic create delete read update
partner_settings read
partner_settings.sendwithus create delete read update
recipients.erasejob create read
signup trigger_confirmation
stats.global read
stats read
subusers.stats.monthly read
subusers.stats read
subusers.stats.sums read
suppression.blocks create delete read update
suppression.bounces create delete read update
suppression create delete read update
suppression.invalid_emails create delete read update
suppression.spam_reports create delete read update
suppression.unsubscribes create delete read update
teammates create delete read update
templates create delete read update
templates.versions.activate create delete read update
templates.versions create delete read update
tracking_settings.click create delete read update
tracking_settings.google_analytics create delete read update
tracking_settings.open create delete read update
tracking_settings read
tracking_settings.subscription create delete read update
ui confirm_email provision signup_complete
user.account read
user.credits read
user.email read
user.profile create delete read update
user.scheduled_sends create delete read update
user.settings.enforced_tls read update
user.timezone create delete read update
user.username read
user.webhooks.event.settings create delete read update
user.webhooks.event.test create delete read update
user.webhooks.parse.settings create delete read update
user.webhooks.parse.stats read
whitelabel create delete read update
`;

const paidAreas = `
di.bounce_block_classification read
ips.assigned read
ips create delete read update
ips.pools create delete read update
ips.pools.ips create delete update
ips.warmup create delete read update
marketing_campaigns create delete read update
newsletter create delete read update
sender_verification_legacy
sso.settings create delete read update
sso.teammates create update
subusers create delete read update
subusers.credits create delete read update
subusers.credits.remaining create delete read update
subusers.monitor create delete read update
subusers.reputations read
subusers.summary read
user.email create delete update
user.multifactor_authentication create delete read update
user.password create delete read update
user.username create delete update
validations.email create read
`;

export type Plan = 'free' | 'pro';

function expand(areas: string): string[] {
  return areas
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [area = '', ...actions] = line.split(' ');
      return actions.length === 0 ? [area] : actions.map((action) => `${area}.${action}`);
    });
}

const free = expand(freeAreas).sort();
const pro = [...free, ...expand(paidAreas)].sort();

/** Every scope that an account of this plan has, sorted. */
export const catalogueOf = (plan: Plan): readonly string[] => (plan === 'free' ? free : pro);

/** Given to everybody on acceptance, whatever was asked for (`§4.5`). */
export const baselineScopes: readonly string[] = [
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
];

/** Given to everybody in each subuser that they may act for (`§5`). */
export const subuserBaselineScopes: readonly string[] = [...baselineScopes, 'stats.read'].sort();

/** What only a password teammate holds, to look after their own sign-in (`§4.5`). */
export const selfServiceScopes: readonly string[] = [
  'user.email.update',
  'user.multifactor_authentication.create',
  'user.multifactor_authentication.delete',
  'user.multifactor_authentication.read',
  'user.multifactor_authentication.update',
  'user.password.read',
  'user.password.update',
  'user.username.update',
];

const neverAssignable = new Set([
  '2fa_exempt',
  '2fa_required',
  'sender_verification_eligible',
  'sender_verification_exempt',
  'sender_verification_legacy',
  'signup.trigger_confirmation',
  'ui.confirm_email',
  'ui.provision',
  'ui.signup_complete',
  ...selfServiceScopes,
]);

/** Read back, but refused when written (`§4.5`). */
export const isAssignedBySendGrid = (scope: string): boolean => neverAssignable.has(scope);

/** Full-access keys have all but these (`§8`). */
export const isOutsideFullAccess = (scope: string): boolean =>
  scope.startsWith('billing.') || scope.startsWith('validations.');

/** A subuser has no subusers and no single sign-on of its own. */
export const existsInSubuser = (scope: string): boolean => !/^(subusers|sso)\./.test(scope);

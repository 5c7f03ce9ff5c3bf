/** Scopes that one line of work needs: `templates read update` is `templates.read` and `templates.update`. */
function scopes(...areas: readonly string[]): readonly string[] {
  return areas.flatMap((line) => {
    const [area = '', ...actions] = line.split(' ');
    return actions.length === 0 ? [area] : actions.map((action) => `${area}.${action}`);
  });
}

const crud = 'create read update delete';

/** What the jobs of a company that sends mail usually come with. */
export const accessProfiles = {
  developer: scopes('api_keys read', 'mail.send', 'messages.read', 'stats.read', 'templates read', 'suppression.read'),
  integrator: scopes(
    `api_keys ${crud}`,
    'mail.send',
    'messages.read',
    `user.webhooks.event.settings ${crud}`,
    `user.webhooks.parse.settings ${crud}`,
    'stats.read',
  ),
  marketer: scopes(
    'marketing.read',
    'marketing.automation.read',
    `design_library ${crud}`,
    `templates ${crud}`,
    `templates.versions ${crud}`,
    'categories.read',
    'stats.read',
    'stats.global.read',
    `asm.groups ${crud}`,
  ),
  designer: scopes(`design_library ${crud}`, 'templates read update', 'templates.versions read create update'),
  support: scopes(
    'messages.read',
    'suppression.read',
    'suppression.bounces read delete',
    'suppression.blocks read delete',
    'suppression.spam_reports read',
    'suppression.unsubscribes read delete',
  ),
  deliverability: scopes(
    `whitelabel ${crud}`,
    'ips.read',
    'ips.pools.read',
    'ips.warmup create read update delete',
    'stats.read',
    'mailbox_providers.stats.read',
    'suppression.read',
    'mail_settings.bounce_purge read update',
  ),
  finance: scopes(`billing ${crud}`, 'user.account.read', 'user.credits.read', 'stats.global.read'),
  analyst: scopes(
    'stats.read',
    'stats.global.read',
    'categories.stats.read',
    'geo.stats.read',
    'devices.stats.read',
    'clients.stats.read',
    'messages.read',
  ),
  security: scopes(
    'access_settings.activity.read',
    `access_settings.whitelist ${crud}`,
    'teammates.read',
    'api_keys read',
    'sso.settings.read',
  ),
} as const;

export type AccessProfile = keyof typeof accessProfiles;

import type { AuditEvent } from '@baton-ts/console-api';

/** What happened, in words before and after the name of what it happened to. */
const texts: Readonly<Record<string, readonly [before: string, after?: string]>> = {
  'account.changed': ['Changed account'],
  'api_key.created': ['Created API key'],
  'api_key.first_used': ['Used API key', 'for the first time'],
  'api_key.revoked': ['Revoked API key'],
  'app.changed': ['Changed app'],
  'app.created': ['Created app'],
  'app.deleted': ['Deleted app'],
  'app.owners_changed': ['Changed the owners of app'],
  'app.promoted': ['Made', 'a managed app'],
  'connector.changed': ['Changed connector'],
  'connector.checked_in': ['Connector', 'checked in'],
  'connector.created': ['Added connector'],
  'connector.credential_created': ['Created a credential of connector'],
  'connector.credential_revoked': ['Revoked a credential of connector'],
  'connector.data_applied': ['Applied new data of connector'],
  'connector.deleted': ['Deleted connector'],
  'connector.settings_changed': ['Changed settings of connector'],
  'connector.sync_started': ['Started a sync of connector'],
  'entitlement.changed': ['Changed permission'],
  'people.imported': ['Imported people from a file'],
  'person.changed': ['Changed person'],
  'person.created': ['Added person'],
  'person.disabled': ['Disabled person'],
  'person.enabled': ['Enabled person'],
  'person.invited': ['Invited', 'to sign in'],
  'person.password_changed': ['Changed the password of'],
  'person.roles_changed': ['Changed the roles of'],
  'person.signed_out': ['Signed out everywhere:'],
  'resource.changed': ['Changed resource'],
  'session.all_ended': ['Signed out everywhere'],
  'session.ended': ['Signed out'],
  'session.opened': ['Signed in'],
  'session.other_ended': ['Signed out one other device'],
  'session.others_ended': ['Signed out everywhere else'],
  'session.refused': ['Sign-in refused'],
  'settings.mail_changed': ['Changed the mail server'],
  'settings.oidc_changed': ['Changed single sign-on'],
  'settings.organization_changed': ['Changed the organization'],
};

/** Those where the target is who did it, or says nothing more. */
const withoutTarget = /^(session\.|settings\.)/;

export interface EventText {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

export function eventText({ action, target }: Pick<AuditEvent, 'action' | 'target'>): EventText {
  const [before, after = ''] = texts[action] ?? [otherwise(action)];
  return { before, after, name: withoutTarget.test(action) ? '' : (target?.displayName ?? '') };
}

/** `connector.sync_held_back` as "Connector: sync held back", for what has no text yet. */
function otherwise(action: string): string {
  const [kind = '', what = ''] = action.replaceAll('_', ' ').split('.');
  return `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}: ${what}`;
}

/** Choices of the filter by event. */
export const eventGroups = [
  ['session', 'Sign-ins'],
  ['person', 'People'],
  ['app', 'Apps and accounts'],
  ['connector', 'Connectors'],
  ['api_key', 'API keys'],
  ['settings', 'Settings'],
] as const;

const alsoIn: Readonly<Record<string, string>> = {
  account: 'app',
  entitlement: 'app',
  resource: 'app',
  people: 'person',
};

/** The actions of the groups. */
export function actionsOf(groups: readonly string[]): string[] {
  return Object.keys(texts).filter((action) => {
    const [kind = ''] = action.split('.');
    return groups.includes(alsoIn[kind] ?? kind);
  });
}

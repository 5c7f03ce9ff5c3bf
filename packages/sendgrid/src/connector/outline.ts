import type { ConfigFields, ConnectorDefinition } from '@baton-ts/connector-sdk';

const fields = {
  'sendgrid-api-key': {
    kind: 'secret',
    required: true,
    displayName: 'API key',
    description: 'SendGrid API key with teammates.read and subusers.read',
  },
  'sendgrid-region': {
    kind: 'string',
    default: 'global',
    oneOf: ['global', 'eu'],
    displayName: 'Region',
    description: 'Region that the API key belongs to',
  },
  'ignore-subusers': {
    kind: 'bool',
    default: false,
    displayName: 'Ignore subusers',
    description: 'Sync the account alone, without asking anything about subusers',
  },
  'sync-api-keys': {
    kind: 'bool',
    default: false,
    displayName: 'Sync API keys',
    description: 'Also sync API keys; needs api_keys.read',
  },
  'admin-demote-scopes': {
    kind: 'strings',
    default: ['user.profile.read'],
    displayName: 'Scopes after a demotion',
    description: 'What a teammate keeps when the admin role is taken away',
  },
  'allow-last-admin': {
    kind: 'bool',
    default: false,
    displayName: 'Allow no admin',
    description: 'Take the admin role even from the last admin besides the owner',
  },
  'sendgrid-base-url': {
    kind: 'string',
    default: '',
    hidden: true,
    description: 'Another address in place of SendGrid, for tests',
  },
} as const satisfies ConfigFields;

/** What help, completion and the config schema need: imports nothing, so that they start fast. */
export const sendgridOutline = {
  name: 'baton-sendgrid',
  version: '0.1.0',
  displayName: 'Twilio SendGrid',
  description:
    'Who may do what in a Twilio SendGrid account: teammates, invitations, scopes, roles, subusers, API keys',
  helpUrl: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/teammates',
  examples: [
    {
      flags: '--grant-entitlement scope:mail.send:assigned --grant-principal jane --grant-principal-type teammate',
      does: 'let jane send mail',
    },
  ],
  fields,
} as const satisfies Omit<ConnectorDefinition<typeof fields>, 'open' | 'openForCapabilities'>;

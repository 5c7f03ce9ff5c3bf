import { scopeFamily } from './known-scope.ts';

/** Ways into the account that are not a person's own sign-in, and what the account costs. */
export const accessScopes = [
  ...scopeFamily('API keys', [
    [
      'api_keys.create',
      'Create API keys',
      'Can make keys that work without a sign-in. A key outlives its maker’s account.',
      'critical',
    ],
    ['api_keys.read', 'See API keys', 'Sees the names and rights of keys, never the secret part.', 'low'],
    [
      'api_keys.update',
      'Change API keys',
      'Can widen what an existing key may do, up to the person’s own rights.',
      'critical',
    ],
    [
      'api_keys.delete',
      'Delete API keys',
      'Can switch off any key. Whatever sends mail with it stops at once.',
      'high',
    ],
  ]),
  ...scopeFamily('SMTP credentials', [
    ['credentials.create', 'Create SMTP credentials', 'Can make a user name and password that sends mail.', 'critical'],
    [
      'credentials.read',
      'See SMTP credentials',
      'Sees which user names may send mail over SMTP and what each is allowed, not the passwords.',
      'low',
    ],
    [
      'credentials.update',
      'Change SMTP credentials',
      'Can change passwords that send mail: the rightful system is locked out, the changer can send.',
      'high',
    ],
    ['credentials.delete', 'Delete SMTP credentials', 'Can switch off a system that sends mail.', 'high'],
  ]),
  ...scopeFamily('Allowed IP addresses', [
    [
      'access_settings.activity.read',
      'See recent sign-in attempts',
      'Sees IP addresses that tried to reach the account.',
      'medium',
    ],
    [
      'access_settings.whitelist.create',
      'Add allowed IP addresses',
      'Can open the account to another network.',
      'high',
    ],
    ['access_settings.whitelist.read', 'See allowed IP addresses', 'Sees from where the account may be used.', 'low'],
    [
      'access_settings.whitelist.update',
      'Change allowed IP addresses',
      'Can open or close the account to networks.',
      'high',
    ],
    [
      'access_settings.whitelist.delete',
      'Remove allowed IP addresses',
      'Can lock everybody out of the account.',
      'high',
    ],
  ]),
  ...scopeFamily('Billing', [
    ['billing.create', 'Add billing details', 'Can add payment methods.', 'high'],
    ['billing.read', 'See billing', 'Sees plan, invoices and the last digits of cards.', 'medium'],
    ['billing.update', 'Change billing', 'Can change plan, payment method and billing contact.', 'high'],
    [
      'billing.delete',
      'Delete billing details',
      'Can remove payment methods; sending stops when the plan lapses.',
      'high',
    ],
  ]),
];

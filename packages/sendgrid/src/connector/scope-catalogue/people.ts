import { automaticFamily, scopeFamily } from './known-scope.ts';

const byItself = 'SendGrid sets this by itself; it cannot be given or taken away.';

/** Who is on the account and how they sign in. */
export const peopleScopes = [
  ...scopeFamily('Teammates', [
    ['teammates.create', 'Invite teammates', 'Can bring in new people, with any right the inviter holds.', 'critical'],
    ['teammates.read', 'See teammates', 'Sees who is on the account and what they may do.', 'low'],
    ['teammates.update', 'Change teammates’ rights', 'Can raise or lower what other people may do.', 'critical'],
    ['teammates.delete', 'Remove teammates', 'Can remove people. Removal cannot be undone.', 'high'],
  ]),
  ...scopeFamily('Single sign-on', [
    [
      'sso.settings.create',
      'Set up single sign-on',
      'Can connect a sign-in provider and so decide who gets in.',
      'critical',
    ],
    ['sso.settings.read', 'See single sign-on settings', 'Sees how people sign in.', 'low'],
    ['sso.settings.update', 'Change single sign-on', 'Can point sign-in to another provider.', 'critical'],
    ['sso.settings.delete', 'Remove single sign-on', 'Can switch off the company sign-in.', 'critical'],
    [
      'sso.teammates.create',
      'Add single sign-on teammates',
      'Can give people without an invitation access to the account.',
      'critical',
    ],
    [
      'sso.teammates.update',
      'Change single sign-on teammates',
      'Can raise or lower the rights of people who sign in through the company.',
      'critical',
    ],
  ]),
  ...automaticFamily('Set by SendGrid', [
    [
      '2fa_exempt',
      'Second factor not required',
      `This person signs in without a second factor, as single sign-on users do. ${byItself}`,
      'low',
    ],
    [
      '2fa_required',
      'Second factor required',
      `This person must prove each sign-in with a second factor. ${byItself}`,
      'low',
    ],
    [
      'sender_verification_eligible',
      'Sender addresses can be verified',
      `The account may verify single sender addresses. ${byItself}`,
      'low',
    ],
    [
      'sender_verification_exempt',
      'No sender verification needed',
      `The account may send without verifying each sender. ${byItself}`,
      'low',
    ],
    [
      'sender_verification_legacy',
      'Older sender verification',
      `The account follows the sender rules of its early days. ${byItself}`,
      'low',
    ],
    [
      'signup.trigger_confirmation',
      'Confirm the sign-up',
      `The person can have the sign-up email sent again. ${byItself}`,
      'low',
    ],
    [
      'ui.confirm_email',
      'Confirm the own email address',
      `The website lets the person confirm an address. ${byItself}`,
      'low',
    ],
    [
      'ui.provision',
      'Finish account set-up',
      `The website shows the set-up steps of a new account. ${byItself}`,
      'low',
    ],
    ['ui.signup_complete', 'Sign-up is complete', `Marks that the person has finished signing up. ${byItself}`, 'low'],
  ]),
];

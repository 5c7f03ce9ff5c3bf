/** Why a sign-in through OpenID Connect ended at `/sign-in?error=<key>`, for the person. */
export const oidcProblems = {
  not_set_up: 'Single sign-on is not set up. Sign in with a password, or ask an administrator.',
  provider_unreachable:
    'The sign-in provider does not answer as it should. Try again, or ask an administrator to check it.',
  cancelled: 'The sign-in provider did not sign you in. Try again.',
  expired: 'The sign-in took too long or was begun in another window. Try again.',
  not_trusted: 'The answer of the sign-in provider could not be verified. Try again, or tell an administrator.',
  email_not_verified:
    'The sign-in provider does not vouch for your e-mail address. Verify the address there, then try again.',
  not_in_directory: 'Nobody with your e-mail address is in the directory. Ask an administrator to add you.',
  disabled: 'Your access to this console is switched off. Ask an administrator.',
} as const;
export type OidcProblem = keyof typeof oidcProblems;

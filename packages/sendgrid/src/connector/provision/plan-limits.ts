import { BatonError, Code } from '@baton-ts/connector-sdk';
import { namesField, statusOf } from '../../api/errors.ts';
import type { WantedAccount } from './wanted-account.ts';

/**
 * What a refusal may mean when nothing in the request is blamed: 403 with a key that holds the right, 400 without a field.
 * How SendGrid refuses a teammate beyond the plan is not recorded (`sendgrid-api.md §6`). Undefined for every other error.
 */
export function refusedForPlan(error: unknown, wanted: WantedAccount): BatonError | undefined {
  const status = statusOf(error);
  if (!BatonError.is(error) || (status !== 403 && (status !== 400 || namesField(error)))) return undefined;
  const account = JSON.stringify(wanted.email);
  const said = saidBy(error);
  const room =
    wanted.kind === 'sso'
      ? 'the plan has no single sign-on (Pro and above have) or no room for another teammate'
      : 'the plan has no room for another teammate (Free and Essentials have one besides the owner, Pro and above up to 1,000)';
  if (status === 400) {
    return new BatonError(
      Code.InvalidArgument,
      `SendGrid refuses the account ${account} and does not say which field is wrong (${said}). It may be that ${room}.`,
      { cause: error },
    );
  }
  const key =
    wanted.kind === 'sso'
      ? 'that right was given to the API key after it was made, in which case a new key helps'
      : 'the API key was not made by the owner or an admin';
  return new BatonError(
    Code.PermissionDenied,
    `SendGrid refuses the account ${account} although the API key holds the right (${said}). It may be that ${room}, or that ${key}.`,
    { cause: error },
  );
}

/** What SendGrid itself said, without what was made of it since. */
function saidBy(error: BatonError): string {
  const said = BatonError.is(error.cause) ? saidBy(error.cause) : error.message;
  return said.replace(/\.$/, '');
}

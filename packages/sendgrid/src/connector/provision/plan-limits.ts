import { BatonError, Code } from '@baton-ts/connector-sdk';
import { namesField, statusOf } from '../../api/errors.ts';
import type { WantedAccount } from './wanted-account.ts';

/**
 * What a refusal means when nothing in the request is to blame: 403 with a key that holds the right, 400 without a field.
 * How SendGrid refuses a teammate beyond the plan is not recorded (`sendgrid-api.md §6`), so this says what may be.
 * Undefined for every other error.
 */
export function refusedForPlan(error: unknown, wanted: WantedAccount): BatonError | undefined {
  const status = statusOf(error);
  if (!BatonError.is(error) || (status !== 403 && (status !== 400 || namesField(error)))) return undefined;
  const reasons =
    wanted.kind === 'sso'
      ? 'the plan has no single sign-on (Pro and above have) or no room for another teammate, or the right was given to the API key after the key was made, in which case a new key helps'
      : 'the plan has no room for another teammate (Free and Essentials have one besides the owner, Pro and above up to 1,000), or the API key was not made by the owner or an admin';
  return new BatonError(
    status === 403 ? Code.PermissionDenied : Code.FailedPrecondition,
    `SendGrid refuses the account ${JSON.stringify(wanted.email)} although the API key holds the right (${saidBy(error)}). Most likely ${reasons}.`,
    { cause: error },
  );
}

/** What SendGrid itself said, without what was made of it since. */
function saidBy(error: BatonError): string {
  const said = BatonError.is(error.cause) ? saidBy(error.cause) : error.message;
  return said.replace(/\.$/, '');
}

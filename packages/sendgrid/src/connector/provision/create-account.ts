import type { AccountOutcome, AccountPart, AccountRequest, CallRequest } from '@baton-ts/connector-sdk';
import { BatonError } from '@baton-ts/connector-sdk';
import { saysNotFound, statusOf } from '../../api/errors.ts';
import { type Write, withdrawInvitation } from '../../api/writes.ts';
import type { Source } from '../source.ts';
import { accountSchema } from './account-schema.ts';
import { alreadyThere } from './already-there.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, sendOnce } from './carry-out.ts';
import { type FoundPerson, findPerson, invitationWith } from './find-person.ts';
import { newInvitation } from './new-invitation.ts';
import { newSsoTeammate } from './new-sso-teammate.ts';
import { refusedForPlan } from './plan-limits.ts';
import { type WantedAccount, wantedAccount } from './wanted-account.ts';

/** One way to make an account, checked as far as can be before the attempt. */
export interface Creation {
  readonly write: Write;
  /** A sentence. */
  readonly summary: string;
  /** What the person is to hold, for the announcement; undefined when it has no names. */
  readonly after: readonly string[] | undefined;
  readonly notes: readonly string[];
  /** Reads what was made and compares it. Throws with what is there when it is not what was asked for. */
  confirm(request: CallRequest): Promise<AccountOutcome>;
}

/** Accounts begin as an invitation; teammates of the account's single sign-on are there at once. */
export function accountPart(source: Source): AccountPart {
  return { schema: accountSchema, create: (request) => createAccount(source, request) };
}

async function createAccount(source: Source, request: AccountRequest): Promise<AccountOutcome> {
  const { wanted, notes } = wantedAccount(request.account);
  const found = await findPerson(source, wanted.email, request);
  const existing = alreadyThere(found, wanted);
  if (existing !== undefined) return withNotes(notes, existing);
  const creation =
    wanted.kind === 'invitation'
      ? await newInvitation(source, wanted, request)
      : await newSsoTeammate(source, wanted, request);
  const withdrawals = found.expired.map((invitation) => withdrawInvitation(invitation));
  await announceChange(
    source,
    {
      summary: (withdrawals.length > 0 ? 'Withdraw the invitation that has expired. ' : '') + creation.summary,
      writes: [...withdrawals, creation.write],
      ...(creation.after && { before: [], after: creation.after }),
    },
    request,
  );
  await withdraw(source, found, request);
  try {
    return withNotes([...notes, ...creation.notes], await make(source, wanted, creation, request));
  } catch (error) {
    throw found.expired.length === 0 ? error : await afterWithdrawal(source, wanted, error, request);
  }
}

async function withdraw(source: Source, { expired }: FoundPerson, request: AccountRequest): Promise<void> {
  for (const invitation of expired) {
    const write = withdrawInvitation(invitation);
    const lost = await sendOnce(source, write, request).catch((error: unknown) => {
      if (!saysNotFound(error)) throw error;
      return undefined;
    });
    const isThere = lost && (await readBack(write, () => invitationWith(source, invitation.token, request)));
    if (isThere) throw lostAndUndone(lost);
  }
}

async function make(
  source: Source,
  wanted: WantedAccount,
  creation: Creation,
  request: AccountRequest,
): Promise<AccountOutcome> {
  let lost: BatonError | undefined;
  try {
    lost = await sendOnce(source, creation.write, request);
  } catch (error) {
    const status = statusOf(error);
    if (status === 400 || status === 409) {
      // Somebody else may have been faster. What SendGrid said is worth more than that the look failed.
      const found = await findPerson(source, wanted.email, request).catch(() => undefined);
      const existing = found && alreadyThere(found, wanted);
      if (existing) return existing;
    }
    throw refusedForPlan(error, wanted) ?? withSuspects(error, creation);
  }
  if (lost === undefined) return creation.confirm(request);
  const found = await readBack(creation.write, () => findPerson(source, wanted.email, request));
  if (alreadyThere(found, wanted) === undefined) throw lostAndUndone(lost);
  return withNotes(lostButDone(lost), await creation.confirm(request));
}

/** The names that this version does not know are the first to look at when SendGrid refuses a request. */
function withSuspects(error: unknown, { notes }: Creation): unknown {
  if (!BatonError.is(error) || statusOf(error) !== 400 || notes.length === 0) return error;
  return new BatonError(error.code, `${error.message} ${notes.join(' ')}`, { cause: error, retryable: false });
}

/** What a failure leaves behind once the expired invitation is gone. */
async function afterWithdrawal(
  source: Source,
  wanted: WantedAccount,
  error: unknown,
  request: AccountRequest,
): Promise<unknown> {
  if (!BatonError.is(error)) return error;
  const found = await findPerson(source, wanted.email, request).catch(() => undefined);
  const isNothingThere = found && alreadyThere(found, wanted) === undefined;
  const now = isNothingThere ? 'nothing is pending for that address now' : 'look in SendGrid for what is there now';
  return new BatonError(error.code, `${error.message} The old, expired invitation was withdrawn before that: ${now}.`, {
    cause: error,
    retryable: error.retryable,
  });
}

function withNotes(notes: readonly string[], outcome: AccountOutcome): AccountOutcome {
  return { ...outcome, notes: [...notes, ...(outcome.notes ?? [])] };
}

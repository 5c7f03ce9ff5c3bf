import type { CallRequest } from '@baton-ts/connector-sdk';
import type { ListedTeammate, PendingInvitation } from '../../api/schemas.ts';
import type { Source } from '../source.ts';

/** Who has an address: addresses are the same whatever their case (`sendgrid-api.md §9`). */
export interface FoundPerson {
  readonly teammate: ListedTeammate | undefined;
  /** One that can still be accepted. */
  readonly invitation: PendingInvitation | undefined;
  readonly expired: readonly PendingInvitation[];
}

/**
 * Looks in both lists, through all pages. The invitations come first: who accepts in between is then found among the
 * teammates.
 */
export async function findPerson(source: Source, email: string, request: CallRequest): Promise<FoundPerson> {
  const invitations = await invitationsOf(source, email, request);
  const now = new Date();
  return {
    teammate: await teammateOf(source, email, request),
    invitation: invitations.find((invitation) => !hasExpired(invitation, now)),
    expired: invitations.filter((invitation) => hasExpired(invitation, now)),
  };
}

export async function teammateOf(
  source: Source,
  email: string,
  { signal }: CallRequest,
): Promise<ListedTeammate | undefined> {
  for await (const page of source.client.teammatePages({ signal })) {
    // Unified and single sign-on teammates are named by their address (`sendgrid-api.md §4.1`).
    const found = page.find((person) => isSameAddress(person.email || person.username, email));
    if (found) return found;
  }
  return undefined;
}

export async function invitationsOf(
  source: Source,
  email: string,
  { signal }: CallRequest,
): Promise<readonly PendingInvitation[]> {
  const found: PendingInvitation[] = [];
  for await (const page of source.client.pendingPages({ signal })) {
    found.push(...page.filter((invitation) => isSameAddress(invitation.email, email)));
  }
  return found;
}

export async function invitationWith(
  source: Source,
  token: string,
  { signal }: CallRequest,
): Promise<PendingInvitation | undefined> {
  for await (const page of source.client.pendingPages({ signal })) {
    const found = page.find((invitation) => invitation.token === token);
    if (found) return found;
  }
  return undefined;
}

export function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Undefined when SendGrid does not say until when. */
export function expiryOf({ expiration_date: seconds }: PendingInvitation): Date | undefined {
  return seconds ? new Date(seconds * 1000) : undefined;
}

function hasExpired(invitation: PendingInvitation, now: Date): boolean {
  const expiry = expiryOf(invitation);
  return expiry !== undefined && expiry <= now;
}

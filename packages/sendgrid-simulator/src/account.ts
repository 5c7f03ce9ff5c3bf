import { addApiKey, nextToken } from './identifiers.ts';
import {
  type Account,
  type ApiKey,
  type Invitation,
  newRealm,
  newTeammate,
  type Realm,
  type Region,
  type Subuser,
  type Teammate,
} from './model.ts';
import {
  baselineScopes,
  catalogueOf,
  existsInSubuser,
  isOutsideFullAccess,
  type Plan,
  selfServiceScopes,
} from './scope-names.ts';

export const invitationLifeMs = 7 * 24 * 60 * 60 * 1000;

/** Where a call is made: in the account itself, or in one of its subusers. */
export interface Place {
  readonly realm: Realm;
  readonly subuser: Subuser | undefined;
}

export interface NewAccount {
  readonly plan: Plan;
  readonly seed: number;
  readonly company: string;
  readonly newScopes?: readonly string[];
  readonly teammateLimit?: number;
}

export function newAccount({ plan, seed, company, newScopes = [], teammateLimit }: NewAccount): Account {
  return {
    ...newRealm(),
    plan,
    company,
    userId: 9_000_000 + (seed % 1_000_000),
    catalogue: [...catalogueOf(plan), ...newScopes].sort(),
    subusers: new Map(),
    accessRequests: new Map(),
    teammateLimit: teammateLimit ?? (plan === 'free' ? 1 : 1000),
    nextSerial: 1,
    seed,
  };
}

export function fullAccessScopes(account: Account, subuser?: Subuser): readonly string[] {
  return catalogueIn(account, subuser).filter((scope) => !isOutsideFullAccess(scope));
}

export function catalogueIn(account: Account, subuser: Subuser | undefined): readonly string[] {
  return subuser ? account.catalogue.filter(existsInSubuser) : account.catalogue;
}

/** The account's admins are seen in every subuser, its other teammates in none (`sendgrid-api.md §1.1`). */
export function visibleTeammates(account: Account, { realm, subuser }: Place): readonly Teammate[] {
  const own = realm.teammates.values();
  return subuser ? [...[...account.teammates.values()].filter(({ isAdmin }) => isAdmin), ...own] : [...own];
}

export function findTeammate(account: Account, { realm, subuser }: Place, username: string): Teammate | undefined {
  const own = realm.teammates.get(username);
  if (own || !subuser) return own;
  const fromParent = account.teammates.get(username);
  return fromParent?.isAdmin ? fromParent : undefined;
}

/** What a read shows: the assigned scopes with everything that SendGrid adds by itself (`sendgrid-api.md §4.5`). */
export function effectiveScopes(account: Account, subuser: Subuser | undefined, teammate: Teammate): readonly string[] {
  if (teammate.isAdmin) return catalogueIn(account, subuser);
  const scopes = new Set([...baselineScopes, ...teammate.scopes, 'sender_verification_eligible']);
  scopes.add(teammate.isSso ? '2fa_exempt' : '2fa_required');
  if (!teammate.isSso && !teammate.isUnified) for (const scope of selfServiceScopes) scopes.add(scope);
  return [...scopes].sort();
}

export function addTeammate(realm: Realm, fields: Partial<Teammate> & { readonly username: string }): Teammate {
  const teammate = newTeammate(fields);
  realm.teammates.set(teammate.username, teammate);
  return teammate;
}

export function addSubuser(
  account: Account,
  fields: { id: number; username: string; email: string; disabled?: boolean; region?: Region },
): Subuser {
  const subuser = {
    disabled: false,
    region: 'global' as const,
    isWebsiteAccessOff: false,
    local: newRealm(),
    ...fields,
  };
  account.subusers.set(subuser.username, subuser);
  return subuser;
}

export function addInvitation(
  account: Account,
  realm: Realm,
  fields: { email: string; scopes: readonly string[]; isAdmin: boolean; expiresAtMs: number },
): Invitation {
  const invitation = { token: nextToken(account), ...fields };
  realm.invitations.set(invitation.token, invitation);
  return invitation;
}

/** The keys that a simulated account always has; `full` is the one to use. */
export interface WellKnownKeys {
  /** Everything but billing and e-mail validation. */
  readonly full: ApiKey;
  /** Every scope that ends in `.read`, billing and e-mail validation aside. */
  readonly readOnly: ApiKey;
  /** `teammates.read` alone. */
  readonly restricted: ApiKey;
  /** `mail.send` alone: can read nothing. */
  readonly mailOnly: ApiKey;
  readonly billing: ApiKey;
  /** Answers 401. */
  readonly revoked: ApiKey;
}

export function addWellKnownKeys(account: Account, wholeFullKey: string | undefined): WellKnownKeys {
  const all = fullAccessScopes(account);
  const add = (name: string, scopes: readonly string[], wholeKey?: string) =>
    addApiKey(account, account, name, scopes, wholeKey);
  const keys = {
    full: add('Baton', all, wholeFullKey),
    readOnly: add(
      'Quarterly review (read only)',
      all.filter((scope) => scope.endsWith('.read')),
    ),
    restricted: add('Directory widget', ['teammates.read']),
    mailOnly: add('Order mails', ['mail.send']),
    billing: add(
      'Finance export',
      account.catalogue.filter((scope) => scope.startsWith('billing.')),
    ),
    revoked: add('Old sync', all),
  };
  keys.revoked.isRevoked = true;
  return keys;
}

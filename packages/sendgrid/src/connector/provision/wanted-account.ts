import type { AccountRequest } from '@baton-ts/connector-sdk';
import type { JsonObject } from '@bufbuild/protobuf';
import { leastScope, type Persona, personas } from './account-schema.ts';
import { invalid, namesIn, ProfileFields, quoted } from './profile-fields.ts';

/** One subuser that a restricted teammate is to act in, as the profile names it. */
export interface WantedAccess {
  /** The numeric id, when given. */
  readonly id: string | undefined;
  readonly username: string | undefined;
  readonly level: 'admin' | 'restricted';
  /** Empty for `admin`, which needs none. */
  readonly scopes: readonly string[];
}

/** What an invited person is to have. */
export interface WantedInvitation {
  readonly kind: 'invitation';
  readonly email: string;
  readonly isAdmin: boolean;
  readonly scopes: readonly string[];
}

/** A teammate who signs in through the account's single sign-on. */
export interface WantedSsoTeammate {
  readonly kind: 'sso';
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly rights: WantedSsoRights;
}

/** Exactly one way of having rights (`sendgrid-api.md §5`). */
export type WantedSsoRights =
  | { readonly kind: 'admin' }
  | { readonly kind: 'scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'persona'; readonly persona: Persona }
  | { readonly kind: 'restricted'; readonly access: readonly WantedAccess[] };

export type WantedAccount = WantedInvitation | WantedSsoTeammate;

/** What the request asks for, and notes about what of it does not count. Refuses what contradicts itself. */
export function wantedAccount(account: AccountRequest['account']): {
  readonly wanted: WantedAccount;
  readonly notes: readonly string[];
} {
  const fields = new ProfileFields(account.profile ?? {});
  const email = emailOf(account, fields);
  const notes: string[] = [];
  const isAdmin = fields.flag('is_admin');
  let scopes = fields.names('scopes');
  if (isAdmin && scopes !== undefined) {
    notes.push('The scopes in the request were left out: an admin may do everything.');
    scopes = undefined;
  }
  if (fields.flag('is_sso')) return { wanted: ssoTeammate(email, isAdmin, scopes, fields), notes };
  refuseSsoFields(fields);
  const invited = isAdmin ? [] : (scopes ?? [leastScope]);
  return { wanted: { kind: 'invitation', email, isAdmin, scopes: invited }, notes };
}

/** The account's primary address, else its login when that is an address, else the profile's. */
function emailOf(account: AccountRequest['account'], fields: ProfileFields): string {
  const own = (account.emails.find(({ isPrimary }) => isPrimary) ?? account.emails[0])?.address.trim();
  const inProfile = fields.text('email');
  if (own && inProfile && own.toLowerCase() !== inProfile.toLowerCase()) {
    throw invalid(
      `The account has the address ${quoted(own)} and its profile has ${quoted(inProfile)}: say which of the two is meant`,
    );
  }
  const login = account.login.trim();
  const email = own || (login.includes('@') ? login : undefined) || inProfile || login;
  if (!email) throw invalid('A SendGrid account needs an e-mail address: give one as email');
  if (email.length >= 5 && email.length <= 255 && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
  const shown = email.length > 255 ? `${email.slice(0, 40)}…` : email;
  throw invalid(
    `${quoted(shown)} is not an e-mail address that SendGrid takes: it must look like jane@example.com and have 5 to 255 characters`,
  );
}

function refuseSsoFields(fields: ProfileFields): void {
  const given = [
    ...(['first_name', 'last_name', 'persona'] as const).filter((name) => fields.text(name) !== undefined),
    ...(fields.flag('has_restricted_subuser_access') ? ['has_restricted_subuser_access'] : []),
    ...(fields.objects('subuser_access') ? ['subuser_access'] : []),
  ];
  if (given.length === 0) return;
  throw invalid(
    `SendGrid takes ${given.join(', ')} for single sign-on teammates only. Set is_sso to true, or leave ${given.length === 1 ? 'it' : 'them'} out`,
  );
}

function ssoTeammate(
  email: string,
  isAdmin: boolean,
  scopes: readonly string[] | undefined,
  fields: ProfileFields,
): WantedSsoTeammate {
  const firstName = fields.text('first_name');
  const lastName = fields.text('last_name');
  if (firstName === undefined || lastName === undefined) {
    const missing = [...(firstName ? [] : ['first_name']), ...(lastName ? [] : ['last_name'])];
    throw invalid(`A single sign-on teammate needs ${missing.join(' and ')}`);
  }
  return { kind: 'sso', email, firstName, lastName, rights: rightsOf(isAdmin, scopes, fields) };
}

function rightsOf(isAdmin: boolean, scopes: readonly string[] | undefined, fields: ProfileFields): WantedSsoRights {
  const persona = personaOf(fields);
  const isRestricted = fields.flag('has_restricted_subuser_access');
  const entries = fields.objects('subuser_access');
  const ways = [
    ...(isAdmin ? ['is_admin'] : []),
    ...(scopes ? ['scopes'] : []),
    ...(persona ? ['persona'] : []),
    ...(isRestricted ? ['has_restricted_subuser_access'] : []),
  ];
  if (ways.length > 1) {
    throw invalid(`SendGrid takes only one of ${ways.join(', ')} for a teammate: leave the others out`);
  }
  if (isRestricted && !entries) {
    throw invalid('A teammate with has_restricted_subuser_access needs at least one subuser in subuser_access');
  }
  if (entries && !isRestricted) {
    throw invalid('subuser_access counts only with has_restricted_subuser_access: set that to true as well');
  }
  if (entries) return { kind: 'restricted', access: accessOf(entries) };
  if (isAdmin) return { kind: 'admin' };
  if (persona) return { kind: 'persona', persona };
  return { kind: 'scopes', scopes: scopes ?? [leastScope] };
}

function personaOf(fields: ProfileFields): Persona | undefined {
  const given = fields.text('persona');
  if (given === undefined) return undefined;
  const persona = personas.find((name) => name === given);
  if (persona === undefined) throw invalid(`persona must be one of ${personas.join(', ')}, not ${quoted(given)}`);
  return persona;
}

const accessFields = new Set(['id', 'username', 'permission_type', 'scopes']);

function accessOf(entries: readonly JsonObject[]): readonly WantedAccess[] {
  return entries.map((entry, index) => {
    const which = `subuser_access entry ${index + 1}`;
    const unknown = Object.keys(entry).filter((name) => !accessFields.has(name));
    if (unknown.length > 0) throw invalid(`${which} has fields that are not known: ${unknown.map(quoted).join(', ')}`);
    const { permission_type: level } = entry;
    const id = idOf(entry, which);
    const { username } = entry;
    if (username !== undefined && typeof username !== 'string') throw invalid(`${which}: username must be text`);
    if (id === undefined && !username) throw invalid(`${which} names no subuser: give its username or id`);
    if (level !== 'admin' && level !== 'restricted') {
      throw invalid(`${which}: permission_type must be admin or restricted`);
    }
    const scopes = namesIn(entry['scopes'] ?? []);
    if (scopes === undefined) throw invalid(`${which}: scopes must be a list of names`);
    if (level === 'admin' && scopes.length > 0) {
      throw invalid(`${which}: an admin of a subuser may do everything there, so leave scopes out`);
    }
    return { id, username: username || undefined, level, scopes };
  });
}

function idOf({ id }: JsonObject, which: string): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return String(id);
  if (typeof id === 'string' && /^\d+$/.test(id)) return id;
  throw invalid(`${which}: id must be the subuser's number`);
}

import type { AccountOutcome, CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import type { SubuserAccess } from '../../api/client.ts';
import type { Subuser, TeammateDetail } from '../../api/schemas.ts';
import { createSsoTeammate, type SsoRights, type Write } from '../../api/writes.ts';
import type { Source } from '../source.ts';
import { teammateResource } from '../teammates.ts';
import { readBack } from './carry-out.ts';
import { checkScopes } from './check-scopes.ts';
import type { Creation } from './create-account.ts';
import { teammateOf } from './find-person.ts';
import { invalid, quoted } from './profile-fields.ts';
import type { WantedAccess, WantedSsoRights, WantedSsoTeammate } from './wanted-account.ts';

/** A subuser that the new teammate is to act in, known to exist. */
interface Access extends Pick<WantedAccess, 'level' | 'scopes'> {
  readonly subuser: Subuser;
}

export async function newSsoTeammate(
  source: Source,
  wanted: WantedSsoTeammate,
  request: CallRequest,
): Promise<Creation> {
  const { email, firstName, lastName, rights } = wanted;
  const access = rights.kind === 'restricted' ? await resolveAccess(source, rights.access, request) : [];
  const notes =
    rights.kind === 'restricted'
      ? await checkScopes(source, [...new Set(access.flatMap(({ scopes }) => scopes))], 'subuser access', request)
      : await checkScopes(source, rights.kind === 'scopes' ? rights.scopes : [], 'sso teammate', request);
  const write = createSsoTeammate(email, { firstName, lastName }, sentRights(rights, access));
  return {
    write,
    summary: `Create the SSO teammate ${quoted(email)}${rights.kind === 'admin' ? ' as an admin' : ''}.`,
    after: rights.kind === 'scopes' ? rights.scopes : access.map(told),
    notes,
    confirm: (during) => confirm(source, wanted, access, write, during),
  };
}

function sentRights(rights: WantedSsoRights, access: readonly Access[]): SsoRights {
  switch (rights.kind) {
    case 'admin':
      return { isAdmin: true };
    case 'persona':
      return { persona: rights.persona };
    case 'scopes':
      return { scopes: rights.scopes };
    case 'restricted':
      return {
        access: access.map(({ subuser, level, scopes }) => ({
          id: subuser.id,
          permission_type: level,
          scopes: [...scopes],
        })),
      };
  }
}

/** Finds the subusers by the account's own list: names are exact (`sendgrid-api.md §9`). */
async function resolveAccess(
  source: Source,
  wanted: readonly WantedAccess[],
  { signal }: CallRequest,
): Promise<readonly Access[]> {
  const subusers: Subuser[] = [];
  for await (const page of source.client.subuserPages({ signal })) subusers.push(...page);
  const byId = new Map(subusers.map((subuser) => [subuser.id, subuser]));
  const byName = new Map(subusers.map((subuser) => [subuser.username, subuser]));
  const access = wanted.map(({ id, username, level, scopes }) => {
    const subuser = id === undefined ? byName.get(username ?? '') : byId.get(id);
    const name = username === undefined ? String(id) : quoted(username);
    if (subuser === undefined)
      throw invalid(`subuser_access names the subuser ${name}, which the account does not have`);
    if (username !== undefined && subuser.username !== username) {
      throw invalid(
        `subuser_access gives the id ${id} to the subuser ${name}, but that is ${quoted(subuser.username)}`,
      );
    }
    return { subuser, level, scopes };
  });
  const twice = access.find(({ subuser }, index) => access.findIndex((one) => one.subuser === subuser) !== index);
  if (twice) throw invalid(`subuser_access names the subuser ${quoted(twice.subuser.username)} more than once`);
  return access;
}

/**
 * SendGrid may answer 201 and drop the whole subuser access without a word, so that the person may act in the account
 * itself (`sendgrid-api.md §5`): nothing counts but what is read afterwards.
 */
async function confirm(
  source: Source,
  wanted: WantedSsoTeammate,
  access: readonly Access[],
  write: Write,
  request: CallRequest,
): Promise<AccountOutcome> {
  const email = quoted(wanted.email);
  const made = await readBack(write, () => readTeammate(source, wanted.email, access.length > 0, request));
  if (made === undefined) {
    throw new BatonError(
      Code.Internal,
      `SendGrid said that it created the SSO teammate ${email}, but does not list it. Look in SendGrid under Settings, Teammates before you try again.`,
    );
  }
  const { person, actual } = made;
  const problems = [...personProblems(wanted, person), ...(actual ? accessProblems(access, actual) : [])];
  if (problems.length > 0) {
    throw new BatonError(
      Code.Internal,
      `SendGrid created the SSO teammate ${email}, but not as asked: ${problems.join('; ')}. ${heldNow(person, actual)} SendGrid leaves out what it does not take, such as a scope that cannot be given. Change the teammate, or delete it and create it anew.`,
    );
  }
  return { result: 'created', resource: teammateResource({ person, home: null }) };
}

/** What is there now; its subuser access only when that was asked for. Undefined: nobody with that address is listed. */
async function readTeammate(source: Source, email: string, withAccess: boolean, request: CallRequest) {
  const { signal } = request;
  const listed = await teammateOf(source, email, request);
  if (listed === undefined) return undefined;
  const person = await source.client.teammate(listed.username, { signal });
  const actual = withAccess ? await source.client.subuserAccess(listed.username, { signal }) : undefined;
  return { person, actual };
}

function personProblems({ firstName, lastName, rights }: WantedSsoTeammate, person: TeammateDetail): string[] {
  const missing = rights.kind === 'scopes' ? rights.scopes.filter((name) => !person.scopes.includes(name)) : [];
  return [
    ...(person.is_sso === false ? ['it does not sign in through single sign-on'] : []),
    ...(person.is_admin === (rights.kind === 'admin') ? [] : [person.is_admin ? 'it is an admin' : 'it is no admin']),
    ...(person.first_name === firstName && person.last_name === lastName ? [] : ['it has another name']),
    ...(missing.length > 0 ? [`it lacks ${missing.join(', ')}`] : []),
  ];
}

function accessProblems(wanted: readonly Access[], actual: SubuserAccess): string[] {
  if (!actual.restricted) {
    return [
      `it is not restricted to subusers, so it may act in the account itself, and lacks ${wanted.map(told).join(', ')}`,
    ];
  }
  const entries = new Map(actual.entries.map((entry) => [entry.id, entry]));
  const lacking = wanted.filter(({ subuser, level, scopes }) => {
    const entry = entries.get(subuser.id);
    if (entry?.permission_type !== level) return true;
    return level === 'restricted' && scopes.some((name) => !entry.scopes.includes(name));
  });
  const asked = new Set(wanted.map(({ subuser }) => subuser.id));
  const extra = actual.entries.filter(({ id }) => !asked.has(id));
  return [
    ...(lacking.length > 0 ? [`it lacks ${lacking.map(told).join(', ')}`] : []),
    ...(extra.length > 0
      ? [`it may also act in ${extra.map(({ username, id }) => quoted(username || id)).join(', ')}`]
      : []),
  ];
}

function heldNow(person: TeammateDetail, actual: SubuserAccess | undefined): string {
  if (person.is_admin) return 'It is an admin now.';
  const held = actual?.restricted
    ? actual.entries.map((entry) => `${entry.permission_type} of ${quoted(entry.username || entry.id)}`)
    : person.scopes;
  return `It holds now: ${held.join(', ') || 'nothing'}.`;
}

/** `admin of "brand_a"`, `restricted of "brand_b" with stats.read`. */
function told({ subuser, level, scopes }: Access): string {
  return `${level} of ${quoted(subuser.username)}${scopes.length > 0 ? ` with ${scopes.join(', ')}` : ''}`;
}

import { baselineScopes, selfServiceScopes } from '../connector/scope-catalogue.ts';

/** What SendGrid gives to everybody, whatever was asked for. */
const everybodys = [...baselineScopes, 'sender_verification_eligible'];

export type SignIn = 'password' | 'unified' | 'sso';

interface Person {
  readonly email: string;
  readonly signIn: SignIn;
  isAdmin: boolean;
  scopes: Set<string>;
}

interface Invited {
  readonly email: string;
  readonly isAdmin: boolean;
  readonly scopes: readonly string[];
  hasExpired: boolean;
}

/** How a change is to end. */
export type Expected = 'done' | 'as it was' | 'refused';

/** An account as plain sets: what SendGrid and the connector promise, written down without either. */
export class PlainModel {
  readonly owner: string;
  readonly people = new Map<string, Person>();
  readonly invitations = new Map<string, Invited>();

  constructor(owner: string) {
    this.owner = owner;
  }

  add(username: string, person: Omit<Person, 'scopes'> & { readonly scopes: readonly string[] }): void {
    this.people.set(username, { ...person, scopes: new Set(person.scopes) });
  }

  /** The token of an invitation with that address that can still be accepted, or the username of its teammate. */
  known(email: string): string | undefined {
    const is = (other: { readonly email: string }) => other.email.toLowerCase() === email.toLowerCase();
    const person = [...this.people].find(([, one]) => is(one));
    const invited = [...this.invitations].find(([, one]) => is(one) && !one.hasExpired);
    return (person ?? invited)?.[0];
  }

  invite(token: string, invited: Omit<Invited, 'hasExpired'>): void {
    for (const [old, { email }] of this.invitations) {
      if (email.toLowerCase() === invited.email.toLowerCase()) this.invitations.delete(old);
    }
    this.invitations.set(token, { ...invited, hasExpired: false });
  }

  accept(token: string, username: string, signIn: SignIn): void {
    const invited = this.invitations.get(token);
    if (!invited) return;
    this.invitations.delete(token);
    this.add(username, { ...invited, signIn });
  }

  set(username: string, scope: string, wanted: boolean): Expected {
    const person = this.people.get(username);
    if (!person) return wanted ? 'refused' : 'as it was';
    if (person.isAdmin) return 'refused';
    if (person.scopes.has(scope) === wanted) return 'as it was';
    if (wanted) person.scopes.add(scope);
    else person.scopes.delete(scope);
    return 'done';
  }

  promote(username: string): Expected {
    const person = this.people.get(username);
    if (!person || username === this.owner) return 'refused';
    if (person.isAdmin) return 'as it was';
    person.isAdmin = true;
    person.scopes.clear();
    return 'done';
  }

  demote(username: string, keeps: readonly string[]): Expected {
    const person = this.people.get(username);
    if (!person) return 'as it was';
    if (username === this.owner) return 'refused';
    if (!person.isAdmin) return 'as it was';
    if (this.#isLastAdmin(username)) return 'refused';
    person.isAdmin = false;
    person.scopes = new Set(keeps);
    return 'done';
  }

  delete(username: string): Expected {
    const person = this.people.get(username);
    if (!person) return 'as it was';
    if (username === this.owner || this.#isLastAdmin(username)) return 'refused';
    this.people.delete(username);
    return 'done';
  }

  withdraw(token: string): Expected {
    return this.invitations.delete(token) ? 'done' : 'as it was';
  }

  /** What a synced file must say: everybody, every invitation with what it gives, and what each person holds. */
  lines(): string[] {
    const lines: string[] = [];
    for (const [username, person] of this.people) {
      lines.push(`teammate/${username} under `);
      if (username === this.owner) lines.push(`role:owner:assigned for ${username}`);
      else if (person.isAdmin) lines.push(`role:admin:assigned for ${username}`);
      else for (const scope of effective(person)) lines.push(`scope:${scope}:assigned for ${username}`);
    }
    for (const [token, { email, isAdmin, scopes }] of this.invitations) {
      lines.push(
        `teammate_invitation/${token} under  for ${email}: ${isAdmin ? 'admin' : scopes.toSorted().join(' ')}`,
      );
    }
    return lines.sort();
  }

  #isLastAdmin(username: string): boolean {
    const admins = [...this.people].filter(([name, { isAdmin }]) => isAdmin && name !== this.owner);
    return admins.length === 1 && admins[0]?.[0] === username;
  }
}

function effective({ signIn, scopes }: Person): Set<string> {
  return new Set([
    ...everybodys,
    ...scopes,
    signIn === 'sso' ? '2fa_exempt' : '2fa_required',
    ...(signIn === 'password' ? selfServiceScopes : []),
  ]);
}

import type { Role } from '@baton-ts/console-api';

/** What the rules about people look at. */
export interface PersonFacts {
  readonly id: string;
  readonly displayName: string;
  readonly isEnabled: boolean;
  readonly hasSignedIn: boolean;
  readonly roles: readonly Role[];
}

/**
 * Whether a change would leave nobody who can administer the console: at least one enabled Super Administrator has to be
 * left who has signed in before, since an invitation may be lost.
 *
 * @param others everybody but the person who is changed
 * @returns why the change may not be made, for the person who asks, or undefined
 */
export function lastAdministratorProblem(
  before: PersonFacts,
  after: Pick<PersonFacts, 'isEnabled' | 'roles'>,
  others: readonly PersonFacts[],
): string | undefined {
  const isSuper = (person: Pick<PersonFacts, 'isEnabled' | 'roles'>): boolean =>
    person.isEnabled && person.roles.includes('SUPER_ADMINISTRATOR');
  if (!isSuper(before) || isSuper(after)) return undefined;
  if (others.some((other) => isSuper(other) && other.hasSignedIn)) return undefined;
  return `${before.displayName} is the last Super Administrator who has signed in. Make somebody else one first, and let them sign in.`;
}

/** Everybody has at least the rights of a Basic User; written down when there is no other role. */
export function completeRoles(roles: readonly Role[]): readonly Role[] {
  return roles.length === 0 ? ['BASIC_USER'] : [...new Set(roles)];
}

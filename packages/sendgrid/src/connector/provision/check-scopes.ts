import type { CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { knownScopes, selfServiceScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';
import type { Source } from '../source.ts';
import { heldByKey } from './key-rights.ts';
import { invalid } from './profile-fields.ts';

/** Accepted and echoed by some calls, and gone at the next read (`sendgrid-api.md §4.5`). */
const neverKept = 'user.profile.update';

/**
 * Refuses scopes that cannot be given, by name, before the attempt. Returns notes about those that this version does not
 * know: SendGrid adds names without notice, so they are allowed.
 */
export async function checkScopes(
  source: Source,
  scopes: readonly string[],
  whose: 'invitation' | 'sso' | 'subuser access',
  request: CallRequest,
): Promise<readonly string[]> {
  const unassignable = scopes.filter((name) => isUnassignable(name, whose));
  if (unassignable.length > 0) {
    throw invalid(
      `SendGrid does not take ${unassignable.join(', ')} for a new account: it gives such scopes by itself or not at all. Leave ${unassignable.length === 1 ? 'it' : 'them'} out`,
    );
  }
  const known = scopes.filter((name) => knownScopes.has(name));
  const held = await heldByKey(source, known, request);
  const beyond = known.filter((name) => !held.has(name));
  if (beyond.length > 0) {
    throw new BatonError(
      Code.PermissionDenied,
      `The API key does not hold ${beyond.join(', ')}, and a key can give only what it holds. Leave ${beyond.length === 1 ? 'it' : 'them'} out, or use a key that holds ${beyond.length === 1 ? 'it' : 'them'}.`,
    );
  }
  const unknown = scopes.filter((name) => !knownScopes.has(name));
  if (unknown.length === 0) return [];
  return [
    `This version does not know ${unknown.join(', ')}. SendGrid adds scopes, so ${unknown.length === 1 ? 'it was' : 'they were'} asked for as written.`,
  ];
}

function isUnassignable(name: string, whose: 'invitation' | 'sso' | 'subuser access'): boolean {
  if (isAutomatic(name)) return true;
  // Whoever is invited may sign in with a password, and then holds these by themselves (`sendgrid-api.md §6`).
  if (whose === 'invitation') return name === neverKept || selfServiceScopes.has(name);
  return whose === 'sso' && name === neverKept;
}

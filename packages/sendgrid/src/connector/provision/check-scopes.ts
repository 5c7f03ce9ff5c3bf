import type { CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { knownScopes, neverKeptScope, selfServiceScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';
import type { Source } from '../source.ts';
import { invalid } from './profile-fields.ts';

type Whose = 'invitation' | 'sso teammate' | 'subuser access';

/**
 * Refuses scopes that cannot be given, by name, before the attempt. Returns notes about those that this version does not
 * know: SendGrid adds names without notice, so they are allowed.
 */
export async function checkScopes(
  source: Source,
  scopes: readonly string[],
  whose: Whose,
  request: CallRequest,
): Promise<readonly string[]> {
  const unassignable = scopes.filter((name) => isUnassignable(name, whose));
  if (unassignable.length > 0) {
    throw invalid(
      `SendGrid does not take ${unassignable.join(', ')} for a new account: it gives such scopes by itself or not at all. Leave ${themOf(unassignable)} out`,
    );
  }
  const known = scopes.filter((name) => knownScopes.has(name));
  const beyond = await notHeld(source, known, request);
  if (beyond.length > 0) {
    throw new BatonError(
      Code.PermissionDenied,
      `The API key does not hold ${beyond.join(', ')}, and a key can give only what it holds. Leave ${themOf(beyond)} out, or use a key that holds ${themOf(beyond)}.`,
    );
  }
  const unknown = scopes.filter((name) => !knownScopes.has(name));
  if (unknown.length === 0) return [];
  return [`This version does not know ${unknown.join(', ')}; asked for as written, since SendGrid adds scopes.`];
}

function isUnassignable(name: string, whose: Whose): boolean {
  if (isAutomatic(name)) return true;
  // Whoever is invited may sign in with a password, and then holds these by themselves (`sendgrid-api.md §6`).
  if (whose === 'invitation') return name === neverKeptScope || selfServiceScopes.has(name);
  return whose === 'sso teammate' && name === neverKeptScope;
}

/** None when SendGrid does not tell what the key holds. */
async function notHeld(source: Source, names: readonly string[], request: CallRequest): Promise<readonly string[]> {
  for (const name of names) {
    const isHeld = await source.keyHolds(name, request);
    if (isHeld === undefined) return [];
    if (isHeld) continue;
    const held = new Set(await source.keyScopes(request));
    return names.filter((one) => !held.has(one));
  }
  return [];
}

const themOf = (names: readonly string[]): string => (names.length === 1 ? 'it' : 'them');

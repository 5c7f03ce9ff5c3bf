import type { SubuserAccessEntry } from '../../api/schemas.ts';
import { subuserBaselineScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';

/** What differs between the access that was to be and the one that is. */
export interface AccessChanges {
  /** Entries, and scopes in them, that are not there. */
  readonly gone: readonly string[];
  /** Entries, and scopes in them, that nobody sent; not what SendGrid adds to every entry. */
  readonly more: readonly string[];
  readonly isSame: boolean;
}

/** Compares two lists of subusers, whatever their order, with the scopes of each restricted entry. */
export function compareAccess(
  wanted: readonly SubuserAccessEntry[],
  now: readonly SubuserAccessEntry[],
): AccessChanges {
  const [before, after] = [namesIn(wanted), namesIn(now)];
  const gone = [...before].filter((name) => !after.has(name));
  const more = [...after].filter((name) => !before.has(name));
  return {
    gone: gone.filter((name) => !isAdded(name)),
    more: more.filter((name) => !isAdded(name)),
    isSame: gone.length === 0 && more.length === 0,
  };
}

/** `restricted in 4711`, and `mail.send in 4711` for each of its scopes: ids, since only they are sure to be unique. */
function namesIn(entries: readonly SubuserAccessEntry[]): Set<string> {
  const names = new Set<string>();
  for (const { id, permission_type, scopes } of entries) {
    names.add(`${permission_type} in ${id}`);
    if (permission_type === 'restricted') for (const scope of scopes) names.add(`${scope} in ${id}`);
  }
  return names;
}

/** SendGrid adds a baseline of read scopes to every restricted entry (`sendgrid-api.md §5`). */
function isAdded(name: string): boolean {
  const scope = name.slice(0, name.lastIndexOf(' in '));
  return subuserBaselineScopes.has(scope) || isAutomatic(scope);
}

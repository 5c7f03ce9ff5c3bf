import type { Entitlement } from '@baton-ts/console-api';

/** What each lets one do, to go on after “can”: `Can bring in new people, with any right …` is `bring in new people`. */
export function phrases(entitlements: readonly Pick<Entitlement, 'description' | 'displayName'>[]): string[] {
  const said = entitlements.map(({ description, displayName }) => {
    const [, phrase] = /^(?:Can|May) ([^.,;:]+)/.exec(description) ?? [];
    return phrase ?? `use “${displayName}”`;
  });
  return [...new Set(said)];
}

/** The first of them by name, the others counted. */
export function listed(all: readonly string[], most: number): string {
  const left = all.length - most;
  return all.slice(0, most).join(', ') + (left > 0 ? ` and ${left} more` : '');
}

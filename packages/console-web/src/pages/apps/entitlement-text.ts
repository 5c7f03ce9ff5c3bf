import type { Entitlement } from '@baton-ts/console-api';

const longestShown = 42;

/** The app's own name of a permission, cut in the middle: the verb is at the end. */
export function scopeName({ externalId, slug }: Pick<Entitlement, 'externalId' | 'slug'>): string {
  const name = externalId.endsWith(':assigned')
    ? externalId.slice(0, -':assigned'.length).replace(/^scope:/, '')
    : externalId || slug;
  if (name.length <= longestShown) return name;
  const half = Math.floor((longestShown - 1) / 2);
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

/** What people call it here, else as the app does. */
export function titleOf({ alias, displayName }: Pick<Entitlement, 'alias' | 'displayName'>): string {
  return alias || displayName;
}

/** In plain words; the risk, which a connector may say in them too, has its own place. */
export function whatItAllows({ isUnknown, description }: Pick<Entitlement, 'isUnknown' | 'description'>): string {
  if (isUnknown) return 'Not in our catalogue: look it up before you approve it.';
  return description.replace(/ Risk: [\w ]+\.$/, '');
}

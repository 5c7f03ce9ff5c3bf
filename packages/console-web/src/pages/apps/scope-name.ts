import type { Entitlement } from '@baton-ts/console-api';

const longestShown = 42;

/** The app's own name of a permission, cut in the middle: the verb is at the end. */
export function scopeName({ externalId, slug }: Pick<Entitlement, 'externalId' | 'slug'>): string {
  const name = externalId.endsWith(`:${slug}`)
    ? externalId.slice(0, -slug.length - 1).replace(/^scope:/, '')
    : externalId;
  if (name.length <= longestShown) return name;
  const half = Math.floor((longestShown - 1) / 2);
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

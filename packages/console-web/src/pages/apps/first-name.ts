import type { Account } from '@baton-ts/console-api';

/** A person by the first name, anything else by its whole name. */
export function firstName({ displayName, type }: Pick<Account, 'displayName' | 'type'>): string {
  if (type !== 'USER' || displayName.includes('@')) return displayName;
  return displayName.split(/\s/u)[0] || displayName;
}

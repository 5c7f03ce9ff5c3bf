import type { Account, App } from '@baton-ts/console-api';

/** What is known of an account for finding whose it is. Addresses and names are compared without regard to case. */
export interface MatchedAccount {
  readonly type: Account['type'];
  /** The primary one first. */
  readonly emails: readonly string[];
  readonly usernames: readonly string[];
  /** First and last name, or what it is displayed as. */
  readonly name: string;
  /** What the custom rules find for it: one key for each rule, `undefined` where there is none. */
  readonly customKeys: readonly (string | undefined)[];
}

/** Who there is. Each answers with the id of the one person whom the key fits; `undefined` when none or several do. */
export interface Directory {
  byEmail(email: string): string | undefined;
  byName(name: string): string | undefined;
  /** By the key that the custom rule of this place gives a person. */
  byCustomKey(rule: number, key: string): string | undefined;
}

export interface Match {
  readonly ownerId: string | null;
  readonly source: Account['ownerSource'];
}

const nobody: Match = { ownerId: null, source: 'NONE' };

/**
 * Finds the person who owns an account (`governance.md §2.4`). Narrow (STRICT): addresses, then login names, which are
 * compared with people's addresses; `name+tag@` also stands for `name@`. Broad (DISPLAY_NAME): the same, then first and
 * last name. CUSTOM: pairs of keys, the first that fits. Service and system accounts are nobody's unless a person says
 * so: their address is usually that of whoever set them up.
 */
export function matchOwner(account: MatchedAccount, mode: App['identityMatching'], directory: Directory): Match {
  if (account.type !== 'USER') return nobody;
  if (mode === 'CUSTOM') return byCustomRules(account, directory);
  const byAddress =
    first(account.emails, directory, 'EMAIL') ??
    first(
      account.usernames.filter((name) => name.includes('@')),
      directory,
      'USERNAME',
    );
  if (byAddress !== undefined) return byAddress;
  const ownerId = mode === 'DISPLAY_NAME' && account.name !== '' ? directory.byName(nameKey(account.name)) : undefined;
  return ownerId === undefined ? nobody : { ownerId, source: 'NAME' };
}

function first(addresses: readonly string[], directory: Directory, source: 'EMAIL' | 'USERNAME'): Match | undefined {
  const spellings = [...addresses.map(emailKey), ...addresses.map((address) => withoutTag(emailKey(address)))];
  for (const spelling of spellings) {
    const ownerId = directory.byEmail(spelling);
    if (ownerId !== undefined) return { ownerId, source };
  }
  return undefined;
}

function byCustomRules({ customKeys }: MatchedAccount, directory: Directory): Match {
  for (const [rule, key] of customKeys.entries()) {
    const ownerId = key === undefined ? undefined : directory.byCustomKey(rule, key);
    if (ownerId !== undefined) return { ownerId, source: 'CUSTOM' };
  }
  return nobody;
}

export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/** Names by their words: `Ann  Lee` and `ann lee` are the same. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().split(/\s+/u).filter(Boolean).join(' ');
}

function withoutTag(email: string): string {
  return email.replace(/^([^+@]+)\+[^@]*@/, '$1@');
}

/** Someone outside the company: the address is at none of its domains. Without domains nobody is. */
export function isExternal(email: string, trustedDomains: readonly string[]): boolean {
  const at = email.lastIndexOf('@');
  if (at === -1 || trustedDomains.length === 0) return false;
  const domain = email.slice(at + 1).toLowerCase();
  return !trustedDomains.some((trusted) => trusted.trim().toLowerCase() === domain);
}

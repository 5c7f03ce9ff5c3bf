import type { AccountPicture, DirectAccess } from './account-picture.ts';

/** What is different since an earlier sync, in words. */
export interface Changes {
  readonly appeared: readonly string[];
  readonly gone: readonly string[];
}

export function compareAccounts(before: AccountPicture, now: AccountPicture): Changes {
  const then = statements(before);
  const today = statements(now);
  const onlyIn = (one: Map<string, string>, other: Map<string, string>) =>
    [...one].filter(([key]) => !other.has(key)).map(([, text]) => text);
  return { appeared: onlyIn(today, then), gone: onlyIn(then, today) };
}

/** Everything the account says, by an identity that stays the same when names change. */
function statements(account: AccountPicture): Map<string, string> {
  const subusers = new Map(account.subusers.map(({ id, name }) => [id, name]));
  const access = (kind: string, items: readonly DirectAccess[], words: (item: DirectAccess) => string) =>
    items.map((item): [string, string] => [`${kind}/${item.target}/${item.slug}/${item.person.id}`, words(item)]);
  return new Map<string, string>([
    ...account.people.map(({ id, name }): [string, string] => [`teammate/${id}`, `teammate ${name}`]),
    ...account.invitations.map(({ id, name, email }): [string, string] => [
      `invitation/${id}`,
      `invitation of ${email || name}`,
    ]),
    ...account.subusers.map(({ id, name }): [string, string] => [`subuser/${id}`, `subuser ${name}`]),
    ...account.apiKeys.map(({ id, name }): [string, string] => [`api_key/${id}`, `API key ${name}`]),
    ...account.owners.map(({ id, name }): [string, string] => [`owner/${id}`, `${name} as owner`]),
    ...account.admins.map(({ id, name }): [string, string] => [`admin/${id}`, `${name} as admin`]),
    ...access('scope', account.scopeAccess, ({ person, target }) => `${target} for ${person.name}`),
    ...access(
      'access',
      account.subuserAccess,
      ({ person, target, slug }) => `${slug} access to ${subusers.get(target) ?? target} for ${person.name}`,
    ),
  ]);
}

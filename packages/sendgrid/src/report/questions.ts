import { knownScopes } from '../connector/scope-catalogue.ts';
import type { AccountPicture, Holder } from './account-picture.ts';

/** Something that a reviewer would ask about, with the people or things that it concerns. */
export interface Question {
  readonly title: string;
  /** Why it matters, in one sentence. */
  readonly why: string;
  readonly about: readonly string[];
}

/** Local parts that belong to a team rather than a person: nobody can say who signed in. */
const sharedMailboxes = new Set(
  'admin billing contact dev developers devops email hello help info it mail marketing newsletter noreply no-reply office ops postmaster root sales security service support team test webmaster'.split(
    ' ',
  ),
);

/** Words that no person is called by, wherever they stand in the address. */
const sharedWords = /(^|[._-])(inbox|mailbox|shared)([._-]|$)/;

function isShared(email: string): boolean {
  const name = localPart(email);
  return sharedMailboxes.has(name) || sharedWords.test(name);
}

/** What a reviewer would ask about this account, the gravest first. Questions that concern nobody are left out. */
export function reviewQuestions(account: AccountPicture): Question[] {
  const questions: Question[] = [
    {
      title: 'May do everything',
      why: 'The owner and admins hold every permission of the account. Few people need that.',
      about: [...account.owners.map((one) => `${nameOf(one)}, owner`), ...account.admins.map(nameOf)],
    },
    {
      title: 'May do harm that is hard to undo, without being an admin',
      why: 'These permissions make keys that outlive an account, or raise other people’s rights.',
      about: criticalHolders(account),
    },
    {
      title: 'From outside the company',
      why: `Their addresses are not at ${[...companyDomains(account)].join(' or ')}.`,
      about: outsiders(account).map(nameOf),
    },
    {
      title: 'Shared mailboxes',
      why: 'Several people can sign in as one, so nobody can say who did what.',
      about: account.people.filter(({ email }) => isShared(email)).map(nameOf),
    },
    {
      title: 'Access to a subuser that is switched off',
      why: 'It works again at once when the subuser is switched on.',
      about: disabledSubuserAccess(account),
    },
    {
      title: 'Invitations that expired',
      why: 'Nobody took them up: withdraw them, or ask why.',
      about: account.invitations
        .filter(({ disabled, statusDetails }) => disabled && /expired/.test(statusDetails))
        .map(nameOf),
    },
    {
      title: 'Permissions that we cannot explain',
      why: 'SendGrid adds names without notice. Look these up before you approve them.',
      about: account.scopes.filter((name) => !knownScopes.has(name)),
    },
  ];
  return questions.filter(({ about }) => about.length > 0);
}

function criticalHolders(account: AccountPicture): string[] {
  const subusers = new Map(account.subusers.map(({ id, name }) => [id, name]));
  const byPerson = Map.groupBy(
    account.scopeAccess.filter(({ target }) => knownScopes.get(target)?.risk === 'critical'),
    ({ person }) => person,
  );
  return [...byPerson]
    .map(([person, access]) => ({ person, scopes: [...new Set(access.map(({ target }) => target))].sort() }))
    .sort((a, b) => b.scopes.length - a.scopes.length)
    .map(({ person, scopes }) => {
      // Scopes of a teammate of a subuser count in there only.
      const where = person.parentId === '' ? '' : `, only in ${subusers.get(person.parentId) ?? person.parentId}`;
      return `${nameOf(person)}${where}: ${scopes.map(titleOf).join(', ')}`;
    });
}

function titleOf(scope: string): string {
  const title = knownScopes.get(scope)?.title ?? scope;
  return /^[A-Z][a-z]/.test(title) ? title[0]?.toLowerCase() + title.slice(1) : title;
}

function outsiders(account: AccountPicture): Holder[] {
  const ours = companyDomains(account);
  return [...account.people, ...account.invitations].filter(({ email }) => email !== '' && !ours.has(domainOf(email)));
}

/** The owner's domain and the one that most people have. */
function companyDomains(account: AccountPicture): Set<string> {
  const byDomain = Map.groupBy(
    account.people.map(({ email }) => domainOf(email)).filter((domain) => domain !== ''),
    (domain) => domain,
  );
  const [commonest] = [...byDomain].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b, 'en'));
  return new Set(
    [...account.owners.map(({ email }) => domainOf(email)), commonest?.[0] ?? ''].filter((domain) => domain !== ''),
  );
}

function disabledSubuserAccess(account: AccountPicture): string[] {
  const off = new Map(account.subusers.filter(({ disabled }) => disabled).map((subuser) => [subuser.id, subuser]));
  return account.subuserAccess.flatMap(({ person, target, slug }) => {
    const subuser = off.get(target);
    return subuser ? [`${nameOf(person)}: ${slug} in ${subuser.name}`] : [];
  });
}

function nameOf({ name, email, id }: Holder): string {
  const label = name || email || id;
  return email === '' || email === label ? label : `${label} <${email}>`;
}

function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf('@')).toLowerCase();
}

function domainOf(email: string): string {
  return email.includes('@') ? email.slice(email.lastIndexOf('@') + 1).toLowerCase() : '';
}

import type { Answer, Asked } from './small-sendgrid.ts';

interface Person {
  readonly username: string;
  readonly user_type?: string;
  readonly scopes?: readonly string[];
  readonly [field: string]: unknown;
}

interface AccessEntry {
  readonly id: number;
  readonly permission_type: string;
  readonly scopes?: readonly string[];
}

/** The state of a small account, as a test writes it down. */
export interface SmallAccount {
  readonly keyScopes?: readonly string[];
  readonly teammates?: readonly Person[];
  /** By subuser name: who exists only there. The account's admins are shown there too. */
  readonly local?: Readonly<Record<string, readonly Person[]>>;
  readonly invitations?: readonly Readonly<Record<string, unknown>>[];
  readonly subusers?: readonly { readonly id: number; readonly username: string; readonly disabled?: boolean }[];
  /** By teammate: the subusers that a restricted teammate may act in. */
  readonly access?: Readonly<Record<string, readonly AccessEntry[]>>;
  readonly apiKeys?: readonly { readonly api_key_id: string; readonly name: string }[];
  /** Answers that replace the account's own; undefined leaves it. */
  readonly instead?: (asked: Asked) => Answer | undefined;
  /** What an answer waits for; undefined sends it at once. */
  readonly after?: (asked: Asked) => Promise<unknown> | undefined;
}

/** Answers for an account as SendGrid would. */
export function answersOf(account: SmallAccount): (asked: Asked) => Answer {
  const { teammates = [], local = {}, subusers = [], access = {} } = account;
  const own = teammates.map(complete);
  const locals = Object.fromEntries(Object.entries(local).map(([subuser, list]) => [subuser, list.map(complete)]));
  const admins = own.filter(({ is_admin }) => is_admin);
  const visible = (subuser: string) => (subuser === '' ? own : [...admins, ...(locals[subuser] ?? [])]);
  const answer = (asked: Asked): Answer => {
    const { path, onBehalfOf } = asked;
    const instead = account.instead?.(asked);
    if (instead) return instead;
    if (path === '/v3/scopes') return { body: { scopes: account.keyScopes ?? ['teammates.read', 'subusers.read'] } };
    if (path === '/v3/user/username') return { body: { username: 'acme', user_id: 1 } };
    if (path === '/v3/user/account') return { body: { type: 'paid', reputation: 99 } };
    if (path === '/v3/teammates') return list(visible(onBehalfOf).map((person) => ({ ...person, scopes: undefined })));
    if (path === '/v3/teammates/pending') return list(account.invitations ?? []);
    if (path === '/v3/subusers') return { body: subusers.map((one) => ({ email: '', disabled: false, ...one })) };
    if (path === '/v3/api_keys') return { body: { result: account.apiKeys ?? [] } };
    const [, name, rest] = /^\/v3\/teammates\/([^/]+)(\/subuser_access)?$/.exec(path) ?? [];
    const username = decodeURIComponent(name ?? '');
    const person = visible(onBehalfOf).find((one) => one.username === username);
    if (person === undefined)
      return { status: 404, body: { errors: [{ message: 'teammate does not exist', field: null }] } };
    if (rest === undefined) return { body: person };
    const entries = access[username];
    return { body: { has_restricted_subuser_access: entries !== undefined, subuser_access: entries ?? [] } };
  };
  return (asked) => {
    const after = account.after?.(asked);
    return after === undefined ? answer(asked) : { ...answer(asked), after };
  };
}

function list(rows: readonly unknown[]): Answer {
  return { headers: { link: '<http://internal/>; rel="first"; title="1"' }, body: { result: rows } };
}

function complete(person: Person) {
  const { username, user_type = 'teammate', scopes = [] } = person;
  return { email: `${username}@example.com`, is_admin: user_type !== 'teammate', ...person, user_type, scopes };
}

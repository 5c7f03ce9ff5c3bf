import type { SyncSession } from '@baton-ts/connector-sdk';
import { statusOf } from '../api/errors.ts';
import { headerProblem, pathProblem } from '../api/names.ts';
import { onlyNew } from '../api/paging.ts';
import type { ListedTeammate, Subuser, SubuserAccessEntry, TeammateDetail } from '../api/schemas.ts';
import {
  rememberScopes,
  type StoredPage,
  sessionKey,
  store,
  stored,
  storedNames,
  storedPage,
  storedTeammates,
  type TeammateFacts,
  teammateFacts,
} from './facts.ts';
import { forgetFailure, type Source, type SourceRequest } from './source.ts';

export function isOwner(person: Pick<ListedTeammate, 'user_type'>): boolean {
  return person.user_type === 'owner';
}

export function isPrivileged(person: Pick<ListedTeammate, 'user_type' | 'is_admin'>): boolean {
  return person.is_admin || isOwner(person);
}

/** Learns everything about teammates, once, and keeps it in the sync session. */
export class TeammateDirectory {
  readonly #source: Source;
  readonly #underWay = new WeakMap<SyncSession, Map<string, Promise<TeammateFacts | undefined>>>();
  readonly #homes = new WeakMap<SyncSession, Promise<ReadonlyMap<string, readonly LocalTeammate[]>>>();

  readonly #firstAccess = new WeakMap<SyncSession, Promise<Access>>();
  readonly #accessRefused = new WeakSet<SyncSession>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** One page of the account's own teammates; asked once, then read from the session. */
  async page(offset: number, request: SourceRequest): Promise<StoredPage> {
    const { session, signal } = request;
    const key = sessionKey.teammatePage(offset);
    const known = stored(session, key, storedPage);
    if (known !== undefined) return known;
    const page = await this.#source.client.teammatePage({ offset, signal });
    const seen = offset === 0 ? new Set<string>() : this.#listedNames(request);
    const items = onlyNew('/v3/teammates', page.items, ({ username }) => username, seen);
    return store(session, key, { items: [...items], nextOffset: page.nextOffset ?? null });
  }

  /** The facts of a listed teammate; undefined when it has vanished since it was listed. */
  factsOf(person: ListedTeammate, request: SourceRequest): Promise<TeammateFacts | undefined> {
    const underWay = this.#underWay.get(request.session);
    const begun = underWay?.get(person.username);
    underWay?.delete(person.username);
    return begun ?? this.#learn(person, request);
  }

  /** Starts to learn about people who will be asked for next, so that requests do not pause between two pages. */
  prepare(people: readonly ListedTeammate[], request: SourceRequest): void {
    const underWay = this.#underWay.get(request.session) ?? new Map<string, Promise<TeammateFacts | undefined>>();
    this.#underWay.set(request.session, underWay);
    for (const person of people) {
      if (underWay.has(person.username)) continue;
      const facts = this.#learn(person, request);
      // Whoever asks for it gets the failure; nobody asks when the sync has ended.
      facts.catch(() => undefined);
      underWay.set(person.username, facts);
    }
  }

  async #learn(person: ListedTeammate, request: SourceRequest): Promise<TeammateFacts | undefined> {
    const key = sessionKey.teammate(person.username);
    const known = stored(request.session, key, teammateFacts);
    if (known !== undefined) return known;
    const problem = pathProblem(person.username);
    if (problem !== undefined) {
      if (!isPrivileged(person)) this.#warnUnreadable(person, problem);
      return store(request.session, key, ofAccount(person, [], null));
    }
    if (isOwner(person)) {
      const owner = await this.#detail(person.username, request);
      if (owner === undefined) return undefined;
      this.#rememberCatalogue(owner.scopes, request);
      return store(request.session, key, ofAccount(owner, [], null));
    }
    if (person.is_admin) return store(request.session, key, ofAccount(person, [], null));
    return this.#ask(person.username, request);
  }

  /** One teammate by name, without the list: for targeted syncs. */
  async find(username: string, request: SourceRequest): Promise<TeammateFacts | undefined> {
    const known = this.known(username, request);
    if (known !== undefined) return known;
    if (pathProblem(username) !== undefined) return undefined;
    return this.#ask(username, request);
  }

  /** Asks about somebody who is not known to be owner or admin. */
  async #ask(username: string, request: SourceRequest): Promise<TeammateFacts | undefined> {
    const key = sessionKey.teammate(username);
    const [detail, access] = await Promise.all([this.#detail(username, request), this.#access(username, request)]);
    if (detail === undefined) return undefined;
    // Promoted since it was listed: the newer answer counts, and it lists the account's scopes, not the person's own.
    if (isPrivileged(detail)) {
      this.#rememberCatalogue(detail.scopes, request);
      return store(request.session, key, ofAccount(detail, [], null));
    }
    if (access === undefined) {
      this.#source.warnOnce(
        `SendGrid does not tell whether the teammate ${JSON.stringify(username)} is restricted to subusers, so it is shown as not restricted.`,
      );
    }
    if (this.#source.ignoreSubusers && detail.is_sso) {
      this.#source.warnOnce(
        'With --ignore-subusers nobody is asked who is restricted to subusers: an SSO teammate who is, is shown with scopes that do not count in the account itself.',
      );
    }
    rememberScopes(request.session, [...detail.scopes, ...(access ?? []).flatMap(({ scopes }) => scopes)]);
    return store(request.session, key, ofAccount(detail, detail.scopes, access ?? null));
  }

  /** What the sync has learned about a teammate of the account or of a subuser. */
  known(username: string, { session }: SourceRequest): TeammateFacts | undefined {
    return (
      stored(session, sessionKey.teammate(username), teammateFacts) ??
      stored(session, sessionKey.localTeammate(username), teammateFacts)
    );
  }

  /**
   * Every scope that the account has, which is what its owner and admins may do. The owner's call told; without an owner
   * in the list any admin's does (`sendgrid-api.md §4.4`).
   */
  async accountCatalogue(request: SourceRequest): Promise<readonly string[]> {
    const known = stored(request.session, sessionKey.accountCatalogue, storedNames);
    if (known !== undefined) return known;
    const privileged = (await this.#wholeList(request)).filter(isPrivileged);
    for (const { username } of privileged.sort((a, b) => Number(isOwner(b)) - Number(isOwner(a)))) {
      if (pathProblem(username) !== undefined) continue;
      const detail = await this.#detail(username, request);
      if (detail !== undefined && isPrivileged(detail)) return this.#rememberCatalogue(detail.scopes, request);
    }
    if (privileged.length > 0) {
      this.#source.warnOnce(
        'What the owner and admins may do cannot be read: none of them can be asked about. Their roles are synced without scopes.',
      );
    }
    return this.#rememberCatalogue([], request);
  }

  /** The teammates that exist only inside subusers and whose home is this one. */
  async localTeammates(subuserId: string, request: SourceRequest): Promise<readonly TeammateFacts[]> {
    const { session } = request;
    let homes = this.#homes.get(session);
    if (homes === undefined) {
      homes = forgetFailure(this.#findHomes(request), () => this.#homes.delete(session));
      this.#homes.set(session, homes);
    }
    const locals = (await homes).get(subuserId) ?? [];
    const facts = await Promise.all(locals.map((local) => this.#localFacts(local, request)));
    return facts.filter((one) => one !== undefined);
  }

  async #localFacts(local: LocalTeammate, request: SourceRequest): Promise<TeammateFacts | undefined> {
    const { person, home, adminOf } = local;
    const key = sessionKey.localTeammate(person.username);
    const known = stored(request.session, key, teammateFacts);
    if (known !== undefined) return known;
    const base = { home: { id: home.id, username: home.username }, access: null, adminOf: [...adminOf] };
    if (isPrivileged(person)) return store(request.session, key, { ...base, person, scopes: [] });
    const problem = pathProblem(person.username);
    if (problem !== undefined) {
      this.#warnUnreadable(person, problem);
      return store(request.session, key, { ...base, person, scopes: [] });
    }
    const detail = await this.#detail(person.username, request, home);
    if (detail === undefined) return undefined;
    const { scopes, ...rest } = detail;
    if (isPrivileged(rest)) {
      const admins = [...new Set([home.id, ...adminOf])];
      return store(request.session, key, { ...base, person: rest, scopes: [], adminOf: admins });
    }
    rememberScopes(request.session, scopes);
    return store(request.session, key, { ...base, person: rest, scopes });
  }

  /**
   * Which subuser each local teammate belongs to: the one with the lowest id that shows it, so that the same account
   * gives the same file whatever order the list and the answers come in.
   */
  async #findHomes(request: SourceRequest): Promise<ReadonlyMap<string, readonly LocalTeammate[]>> {
    const subusers = (await this.#source.subusers(request)).toSorted(byId);
    const own = new Map((await this.#wholeList(request)).map((person) => [person.username, person]));
    const lists = await Promise.all(subusers.map((subuser) => this.#localsIn(subuser, own, request)));
    const locals = new Map<string, LocalTeammate>();
    for (const [index, list] of lists.entries()) {
      const home = subusers[index];
      if (home === undefined) continue;
      for (const person of list) {
        let local = locals.get(person.username);
        if (local === undefined) locals.set(person.username, (local = { person, home, adminOf: [], unreadIn: [] }));
        else if (!isPrivileged(person)) local.unreadIn.push(home);
        if (isPrivileged(person)) local.adminOf.push(home.id);
      }
    }
    for (const local of locals.values()) if (local.unreadIn.length > 0) this.#warnUnreadIn(local);
    return Map.groupBy(locals.values(), ({ home }) => home.id);
  }

  /** The account's own teammates; no request when they were listed before, as in every whole sync. */
  async #wholeList(request: SourceRequest): Promise<readonly ListedTeammate[]> {
    const people: ListedTeammate[] = [];
    let offset: number | null = 0;
    while (offset !== null) {
      const page: StoredPage = await this.page(offset, request);
      people.push(...page.items);
      offset = page.nextOffset;
    }
    return people;
  }

  /** Who exists only inside subusers and is visible in this one: the account's admins are visible in each. */
  async #localsIn(
    subuser: Subuser,
    own: ReadonlyMap<string, ListedTeammate>,
    request: SourceRequest,
  ): Promise<readonly ListedTeammate[]> {
    const key = sessionKey.subuserTeammates(subuser.id);
    const known = stored(request.session, key, storedTeammates);
    if (known !== undefined) return known;
    const problem = headerProblem(subuser.username);
    if (problem !== undefined) {
      this.#source.warnOnce(
        `Teammates of the subuser ${JSON.stringify(subuser.username)} are left out: ${problem}. Rename the subuser to see them.`,
      );
      return store(request.session, key, []);
    }
    const locals: ListedTeammate[] = [];
    let begun = false;
    try {
      const pages = this.#source.client.teammatePages({ signal: request.signal, onBehalfOf: subuser });
      for await (const page of pages) {
        begun = true;
        for (const person of page) {
          const namesake = own.get(person.username);
          if (namesake === undefined) locals.push(person);
          else if (!isPrivileged(namesake)) this.#warnNamesake(namesake, subuser, request);
        }
      }
    } catch (error) {
      if (begun || !(await this.#source.isOutOfReach(error, request))) throw error;
      this.#source.warnOnce(
        `Teammates of the subuser ${JSON.stringify(subuser.username)} are left out: the API key may not act for it. Use a key made by an admin.`,
        { error },
      );
    }
    return store(request.session, key, locals);
  }

  async #detail(username: string, request: SourceRequest, onBehalfOf?: Subuser): Promise<TeammateDetail | undefined> {
    try {
      return await this.#source.client.teammate(username, { signal: request.signal, onBehalfOf });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      this.#source.warnOnce(
        `The teammate ${JSON.stringify(username)} is left out: SendGrid listed it and then did not find it, so it was probably deleted meanwhile.`,
      );
      return undefined;
    }
  }

  /** Null when access is not restricted, or when there are no subusers; undefined when SendGrid does not know. */
  async #access(username: string, request: SourceRequest): Promise<Access> {
    const subusers = await this.#source.subusers(request);
    if (subusers.length > 0) return this.#askAccess(username, request);
    if (!this.#source.subusersRefused(request)) return null;
    // The key may lack subusers.read while people are restricted all the same. Where the plan has no subusers this is
    // refused as well, so one is asked before the others.
    const first = this.#firstAccess.get(request.session);
    if (first === undefined) {
      const asked = forgetFailure(this.#askAccess(username, request), () => this.#firstAccess.delete(request.session));
      this.#firstAccess.set(request.session, asked);
      return asked;
    }
    await first;
    return this.#accessRefused.has(request.session) ? null : this.#askAccess(username, request);
  }

  async #askAccess(username: string, request: SourceRequest): Promise<Access> {
    try {
      const access = await this.#source.client.subuserAccess(username, { signal: request.signal });
      return access.restricted ? [...access.entries] : null;
    } catch (error) {
      if (!(await this.#source.isOutOfReach(error, request))) throw error;
      if (statusOf(error) === 404) return undefined;
      this.#accessRefused.add(request.session);
      // Said already when the list of subusers was refused.
      if (!this.#source.subusersRefused(request)) {
        this.#source.warnOnce(
          'SendGrid does not tell which subusers some teammates are restricted to, so these are shown as not restricted.',
          { error },
        );
      }
      return null;
    }
  }

  #rememberCatalogue(scopes: readonly string[], { session }: SourceRequest): readonly string[] {
    rememberScopes(session, scopes);
    return store(session, sessionKey.accountCatalogue, [...new Set(scopes)].sort());
  }

  #listedNames({ session }: SourceRequest): Set<string> {
    const names = new Set<string>();
    for (const [key] of session.entries(sessionKey.teammatePage(0).slice(0, -1))) {
      for (const { username } of stored(session, key, storedPage)?.items ?? []) names.add(username);
    }
    return names;
  }

  #warnUnreadable(person: ListedTeammate, problem: string): void {
    this.#source.warnOnce(
      `The scopes of the teammate ${JSON.stringify(person.username)} cannot be read: ${problem}. The teammate is synced without them.`,
    );
  }

  /** The same username in the account and in a subuser: one resource cannot say both. */
  #warnNamesake({ username }: ListedTeammate, subuser: Subuser, request: SourceRequest): void {
    const access = this.known(username, request)?.access;
    if (access?.some(({ id }) => id === subuser.id)) return;
    this.#source.warnOnce(
      `The teammate ${JSON.stringify(username)} of the account is also in a subuser: what it may do there is left out.`,
      { subuser: subuser.username },
    );
  }

  #warnUnreadIn({ person, home, unreadIn: [first, ...more] }: LocalTeammate): void {
    const others = JSON.stringify(first?.username) + (more.length === 0 ? '' : ` and ${more.length} more`);
    this.#source.warnOnce(
      `The teammate ${JSON.stringify(person.username)} is in more than one subuser: scopes are read in ${JSON.stringify(home.username)}, not in ${others}.`,
    );
  }
}

type Access = SubuserAccessEntry[] | null | undefined;

interface LocalTeammate {
  readonly person: ListedTeammate;
  readonly home: Subuser;
  readonly adminOf: string[];
  /** Further subusers in which the teammate holds scopes of its own. */
  readonly unreadIn: Subuser[];
}

/** By number, not by text: ids are as long as they like. */
function byId(a: Subuser, b: Subuser): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

function ofAccount(
  person: ListedTeammate | TeammateDetail,
  scopes: string[],
  access: SubuserAccessEntry[] | null,
): TeammateFacts {
  return { person, scopes, access, home: null, adminOf: [] };
}

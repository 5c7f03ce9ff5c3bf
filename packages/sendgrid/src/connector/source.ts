import type { CallRequest, Logger, SyncSession } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import type { SendGridClient } from '../api/client.ts';
import { statusOf } from '../api/errors.ts';
import type { Subuser } from '../api/schemas.ts';
import { sessionKey, store, stored, storedSubusers } from './facts.ts';

export interface SourceOptions {
  readonly client: SendGridClient;
  readonly logger: Logger;
  readonly ignoreSubusers: boolean;
}

export interface SourceRequest extends CallRequest {
  readonly session: SyncSession;
}

/** What the parts of the connector share: the client, and the answers that more than one of them needs. */
export class Source {
  readonly client: SendGridClient;
  readonly logger: Logger;
  readonly ignoreSubusers: boolean;
  readonly #said = new Set<string>();
  #keyScopes: Promise<readonly string[]> | undefined;
  #keyCheck: Promise<boolean> | undefined;
  #subusersById: Promise<ReadonlyMap<string, Subuser>> | undefined;
  /** By sync: a process that syncs for days must not answer with yesterday's subusers. */
  readonly #subusers = new WeakMap<SyncSession, Promise<readonly Subuser[]>>();

  constructor(options: SourceOptions) {
    this.client = options.client;
    this.logger = options.logger;
    this.ignoreSubusers = options.ignoreSubusers;
  }

  /** A new run: what the key may do is asked afresh, and what was said before is said again. */
  begin(): void {
    this.#keyScopes = undefined;
    this.#subusersById = undefined;
    this.#said.clear();
  }

  /** What the key may do: asked once per run. */
  keyScopes(request: CallRequest): Promise<readonly string[]> {
    this.#keyScopes ??= forgetFailure(
      this.client.scopes({ signal: request.signal }),
      () => (this.#keyScopes = undefined),
    );
    return this.#keyScopes;
  }

  /**
   * Whether the key holds a scope; undefined when SendGrid does not tell. What was known before is asked again before a
   * scope counts as missing, since somebody may have given it meanwhile.
   */
  keyHolds(scope: string, request: CallRequest): Promise<boolean | undefined> {
    return unlessOthersGaveUp(() => this.#askKeyHolds(scope, request), request);
  }

  /**
   * A subuser by its id, outside a sync. There is no call for one, so the list is kept for the run, and asked again for an
   * id that is not in it (`sendgrid-api.md §7`).
   */
  subuser(id: string, request: CallRequest): Promise<Subuser | undefined> {
    return unlessOthersGaveUp(() => this.#askSubuser(id, request), request);
  }

  /** All subusers, asked once per sync; none when they are ignored or the plan or the key has none. */
  subusers(request: SourceRequest): Promise<readonly Subuser[]> {
    if (this.ignoreSubusers) return Promise.resolve([]);
    const { session } = request;
    let subusers = this.#subusers.get(session);
    if (subusers === undefined) {
      subusers = forgetFailure(this.#loadSubusers(request), () => this.#subusers.delete(session));
      this.#subusers.set(session, subusers);
    }
    return subusers;
  }

  /** Whether the list of subusers was refused, so that there may be some that nobody can name. */
  subusersRefused({ session }: SourceRequest): boolean {
    return session.get(sessionKey.subusersRefused) !== undefined;
  }

  /**
   * Whether an answer means that this part of SendGrid is not there for this key or plan, rather than that the key is
   * gone. 401 can mean both, so the key is then tried on the one call that every key may make.
   */
  async isOutOfReach(error: unknown, request: CallRequest): Promise<boolean> {
    const status = statusOf(error);
    if (status === 403 || status === 404) return true;
    if (status !== 401) return false;
    this.#keyCheck ??= this.#keyStillWorks(request).finally(() => (this.#keyCheck = undefined));
    if (await this.#keyCheck) return true;
    throw new BatonError(
      Code.Unauthenticated,
      'SendGrid no longer accepts the API key: it was revoked or replaced. Make a new key and run again.',
      { cause: error },
    );
  }

  /** Warns the first time; the same sentence again is not worth a second line. */
  warnOnce(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.logger.warn(message, fields);
  }

  /** Notes that validation has told the person already. */
  markSaid(message: string): void {
    this.#said.add(message);
  }

  async #askKeyHolds(scope: string, request: CallRequest): Promise<boolean | undefined> {
    const wasKnown = this.#keyScopes !== undefined;
    try {
      if ((await this.keyScopes(request)).includes(scope)) return true;
      if (!wasKnown) return false;
      this.#keyScopes = undefined;
      return (await this.keyScopes(request)).includes(scope);
    } catch (error) {
      if (statusOf(error) === 403) return undefined;
      throw error;
    }
  }

  async #askSubuser(id: string, request: CallRequest): Promise<Subuser | undefined> {
    const known = (await this.#subusersById)?.get(id);
    if (known !== undefined) return known;
    this.#subusersById = forgetFailure(this.#listSubusers(request), () => (this.#subusersById = undefined));
    return (await this.#subusersById).get(id);
  }

  async #listSubusers({ signal }: CallRequest): Promise<ReadonlyMap<string, Subuser>> {
    const byId = new Map<string, Subuser>();
    for await (const page of this.client.subuserPages({ signal })) for (const one of page) byId.set(one.id, one);
    return byId;
  }

  async #loadSubusers(request: SourceRequest): Promise<readonly Subuser[]> {
    const known = stored(request.session, sessionKey.subusers, storedSubusers);
    if (known !== undefined) return known;
    const subusers: Subuser[] = [];
    try {
      for await (const page of this.client.subuserPages({ signal: request.signal })) subusers.push(...page);
    } catch (error) {
      // A refusal after the first page would cut the list.
      if (subusers.length > 0 || !(await this.isOutOfReach(error, request))) throw error;
      this.warnOnce(noSubusers, { error });
      request.session.set(sessionKey.subusersRefused, '1');
    }
    return store(request.session, sessionKey.subusers, subusers);
  }

  async #keyStillWorks(request: CallRequest): Promise<boolean> {
    try {
      await this.client.scopes({ signal: request.signal });
      return true;
    } catch (error) {
      if (statusOf(error) === 401) return false;
      throw error;
    }
  }
}

export const noSubusers =
  'Subusers are left out: the plan has none, or the API key lacks subusers.read. Everything else is synced.';

/** A failed answer is not kept: the next caller asks again. */
export function forgetFailure<T>(promise: Promise<T>, forget: () => void): Promise<T> {
  promise.catch(forget);
  return promise;
}

/** An answer that several wait for ends with whoever asked first: who still wants it asks again. */
async function unlessOthersGaveUp<T>(ask: () => Promise<T>, { signal }: CallRequest): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || !BatonError.is(error) || error.code !== Code.Canceled) throw error;
    return ask();
  }
}

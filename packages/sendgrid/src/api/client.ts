import { BatonError, Code } from '@baton-ts/connector-sdk';
import type * as z from 'zod';
import { pathSegment } from './names.ts';
import { nextOffset, type OffsetPage, offsetPages, pageLimit, refuseEndless } from './paging.ts';
import {
  type ApiKey,
  type ApiKeyDetail,
  apiKeyDetail,
  apiKeyList,
  type ListedTeammate,
  type PendingInvitation,
  pendingList,
  type Subuser,
  type SubuserAccessEntry,
  scopeList,
  subuserAccess,
  subuserList,
  type TeammateDetail,
  teammateDetail,
  teammateList,
  type UserAccount,
  type UserName,
  userAccount,
  userName,
} from './schemas.ts';
import { type ReadRequest, type SendGridClientOptions, Transport } from './transport.ts';
import type { Write } from './writes.ts';

/** What `subuser_access` says about one teammate: entries mean something only when the access is restricted. */
export interface SubuserAccess {
  readonly restricted: boolean;
  readonly entries: readonly SubuserAccessEntry[];
}

/**
 * SendGrid's v3 API. Answers are checked: one that is not what the API promises is an `Internal` error that names the
 * route and the field, never an empty list. Unknown properties are ignored. What can be written is in `writes.ts`.
 */
export class SendGridClient {
  readonly #transport: Transport;

  constructor(options: SendGridClientOptions) {
    this.#transport = new Transport(options);
  }

  /** What the calling key may do. */
  async scopes(request: ReadRequest): Promise<readonly string[]> {
    return (await this.#transport.get({ ...request, route: '/v3/scopes', schema: scopeList })).value;
  }

  async userName(request: ReadRequest): Promise<UserName> {
    return (await this.#transport.get({ ...request, route: '/v3/user/username', schema: userName })).value;
  }

  async userAccount(request: ReadRequest): Promise<UserAccount> {
    return (await this.#transport.get({ ...request, route: '/v3/user/account', schema: userAccount })).value;
  }

  teammatePage(request: ReadRequest & { readonly offset: number }): Promise<OffsetPage<ListedTeammate>> {
    return this.#offsetPage(request, '/v3/teammates', teammateList);
  }

  teammatePages(request: ReadRequest): AsyncGenerator<readonly ListedTeammate[]> {
    return offsetPages(
      '/v3/teammates',
      ({ username }) => username,
      (offset) => this.teammatePage({ ...request, offset }),
    );
  }

  /** Throws `NotFound` when the teammate does not exist (any more). */
  async teammate(username: string, request: ReadRequest): Promise<TeammateDetail> {
    const path = `/v3/teammates/${pathSegment('teammate', username)}`;
    const { value } = await this.#transport.get({
      ...request,
      route: '/v3/teammates/{username}',
      path,
      schema: teammateDetail,
    });
    if (value.username !== username) {
      throw new BatonError(
        Code.Internal,
        `SendGrid answered about the teammate ${JSON.stringify(value.username)} when asked about ${JSON.stringify(username)}.`,
      );
    }
    return value;
  }

  /**
   * The whole of a teammate's subuser access, over all pages: a part of it must never be written back. A cursor that
   * does not grow is an error; a full page without a cursor goes on from the highest id (`sendgrid-api.md §4.6`).
   */
  async subuserAccess(username: string, request: ReadRequest): Promise<SubuserAccess> {
    const route = '/v3/teammates/{username}/subuser_access';
    const path = `/v3/teammates/${pathSegment('teammate', username)}/subuser_access`;
    const entries = new Map<string, SubuserAccessEntry>();
    let after = 0;
    for (;;) {
      const query = { limit: pageLimit, after_subuser_id: after === 0 ? undefined : after };
      const { value } = await this.#transport.get({ ...request, route, path, query, schema: subuserAccess });
      if (!value.has_restricted_subuser_access) {
        if (after === 0) return { restricted: false, entries: [] };
        throw new BatonError(
          Code.Aborted,
          `The subuser access of the teammate ${JSON.stringify(username)} changed while it was being read. Run again.`,
          { retryable: true },
        );
      }
      for (const entry of value.subuser_access) entries.set(entry.id, entry);
      const received = value.subuser_access.length;
      const highest = Math.max(0, ...value.subuser_access.map(({ id }) => Number(id)));
      // 100 is the default page: a service that ignores our limit would cut there.
      const next = value._metadata || (received >= pageLimit || received === 100 ? highest : 0);
      if (next === 0) return { restricted: true, entries: [...entries.values()] };
      refuseEndless(route, entries.size);
      if (next <= after) {
        throw new BatonError(
          Code.Internal,
          `SendGrid's list of subusers for the teammate ${JSON.stringify(username)} does not get past subuser ${after} (GET ${route}), so it cannot be read to its end. Run again later.`,
        );
      }
      after = next;
    }
  }

  pendingPage(request: ReadRequest & { readonly offset: number }): Promise<OffsetPage<PendingInvitation>> {
    return this.#offsetPage(request, '/v3/teammates/pending', pendingList);
  }

  pendingPages(request: ReadRequest): AsyncGenerator<readonly PendingInvitation[]> {
    return offsetPages(
      '/v3/teammates/pending',
      ({ token }) => token,
      (offset) => this.pendingPage({ ...request, offset }),
    );
  }

  /** No `Link` header is sent here: pages end with a short or empty one (`sendgrid-api.md §7`). */
  subuserPages(request: ReadRequest): AsyncGenerator<readonly Subuser[]> {
    return offsetPages(
      '/v3/subusers',
      ({ id }) => id,
      (offset) => this.#offsetPage({ ...request, offset }, '/v3/subusers', subuserList, { include_region: true }),
    );
  }

  /** All API keys: an account has at most 100 and the list has no offset (`sendgrid-api.md §8`). */
  async apiKeys(request: ReadRequest): Promise<readonly ApiKey[]> {
    const { value } = await this.#transport.get({
      ...request,
      route: '/v3/api_keys',
      query: { limit: pageLimit },
      schema: apiKeyList,
    });
    if (value.length >= pageLimit) {
      throw new BatonError(
        Code.ResourceExhausted,
        `SendGrid lists ${value.length} API keys at once and cannot be asked for more, so the list may be cut. Sync without --sync-api-keys.`,
      );
    }
    return value;
  }

  async apiKey(id: string, request: ReadRequest): Promise<ApiKeyDetail> {
    const path = `/v3/api_keys/${pathSegment('API key', id)}`;
    return (await this.#transport.get({ ...request, route: '/v3/api_keys/{api_key_id}', path, schema: apiKeyDetail }))
      .value;
  }

  /** Carries out a write of `writes.ts`, once; see `Transport.send`. */
  send(write: Write, request: { readonly signal: AbortSignal }): Promise<void> {
    return this.#transport.send(write, request);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #offsetPage<T>(
    request: ReadRequest & { readonly offset: number },
    route: string,
    schema: z.ZodType<readonly T[]>,
    filter: Readonly<Record<string, boolean>> = {},
  ): Promise<OffsetPage<T>> {
    const { offset } = request;
    const query = { limit: pageLimit, offset, ...filter };
    const { value, link } = await this.#transport.get({ ...request, route, query, schema });
    return { items: value, nextOffset: nextOffset(offset, value.length, link) };
  }
}

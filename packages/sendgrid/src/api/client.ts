import type { HttpClient, HttpClientOptions } from '@baton-ts/connector-sdk';
import { BatonError, Code, type Secret } from '@baton-ts/connector-sdk';
import type { z } from 'zod';
import { describeError, explainRefusal, mayRepeat } from './errors.ts';
import { headerProblem, pathSegment } from './names.ts';
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

export type Region = 'global' | 'eu';

/** The hosts of `sendgrid-api.md §1`. */
const hosts: Readonly<Record<Region, string>> = {
  global: 'https://api.sendgrid.com',
  eu: 'https://api.eu.sendgrid.com',
};

export interface SendGridClientOptions {
  readonly apiKey: Secret;
  /** The region of the account or subuser that the key belongs to. */
  readonly region: Region;
  /** Another host for both regions, without a trailing slash; empty for SendGrid itself. */
  readonly baseUrl: string;
  readonly createHttpClient: (options: HttpClientOptions) => HttpClient;
}

/** The subuser as whom a call is made; a subuser without a known region is in the client's own. */
export type OnBehalfOf = Pick<Subuser, 'username' | 'region'>;

export interface ReadRequest {
  readonly signal: AbortSignal;
  readonly onBehalfOf?: OnBehalfOf | undefined;
}

/** What `subuser_access` says about one teammate: entries mean something only when the access is restricted. */
export interface SubuserAccess {
  readonly restricted: boolean;
  readonly entries: readonly SubuserAccessEntry[];
}

interface Call<T> extends ReadRequest {
  readonly route: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly schema: z.ZodType<T>;
}

/**
 * SendGrid's v3 API, reading. Answers are checked: one that is not what the API promises is an `Internal` error that
 * names the route and the field, never an empty list. Unknown properties are ignored.
 */
export class SendGridClient {
  readonly #options: SendGridClientOptions;
  readonly #http = new Map<string, HttpClient>();

  constructor(options: SendGridClientOptions) {
    this.#options = options;
  }

  /** What the calling key may do. */
  async scopes(request: ReadRequest): Promise<readonly string[]> {
    return (await this.#get({ ...request, route: '/v3/scopes', schema: scopeList })).value;
  }

  async userName(request: ReadRequest): Promise<UserName> {
    return (await this.#get({ ...request, route: '/v3/user/username', schema: userName })).value;
  }

  async userAccount(request: ReadRequest): Promise<UserAccount> {
    return (await this.#get({ ...request, route: '/v3/user/account', schema: userAccount })).value;
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
    const { value } = await this.#get({ ...request, route: '/v3/teammates/{username}', path, schema: teammateDetail });
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
      const { value } = await this.#get({ ...request, route, path, query, schema: subuserAccess });
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
    const { value } = await this.#get({
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
    return (await this.#get({ ...request, route: '/v3/api_keys/{api_key_id}', path, schema: apiKeyDetail })).value;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#http.values()].map((http) => http.close()));
  }

  async #offsetPage<T>(
    request: ReadRequest & { readonly offset: number },
    route: string,
    schema: z.ZodType<readonly T[]>,
    filter: Readonly<Record<string, boolean>> = {},
  ): Promise<OffsetPage<T>> {
    const { offset } = request;
    const query = { limit: pageLimit, offset, ...filter };
    const { value, link } = await this.#get({ ...request, route, query, schema });
    return { items: value, nextOffset: nextOffset(offset, value.length, link) };
  }

  async #get<T>(call: Call<T>): Promise<{ value: T; link: string | undefined }> {
    const { route, path = route, query = {}, schema, onBehalfOf, signal } = call;
    const headers = onBehalfOf && { 'on-behalf-of': headerValue(onBehalfOf.username) };
    const response = await this.#hostFor(onBehalfOf)
      .request({
        method: 'GET',
        route,
        path,
        query,
        signal,
        ...(onBehalfOf && headers && { headers, bucket: onBehalfOf.username }),
      })
      .catch((error: unknown) => {
        throw explainRefusal(error, route);
      });
    const parsed = schema.safeParse(response.body);
    if (parsed.success) return { value: parsed.data, link: response.headers.get('link') };
    const found = response.body === undefined ? 'the answer is empty' : firstProblem(parsed.error);
    throw new BatonError(
      Code.Internal,
      `SendGrid's answer to GET ${route} is not what its API promises: ${found}. Check that no proxy in between changes answers; if it stays so, the API has changed.`,
      { cause: parsed.error },
    );
  }

  /** A subuser is called at the host of its region (`sendgrid-api.md §1.1`), everything else at the configured one. */
  #hostFor(onBehalfOf: OnBehalfOf | undefined): HttpClient {
    const { baseUrl, region, apiKey, createHttpClient } = this.#options;
    const isEu = region === 'eu' || onBehalfOf?.region === 'eu';
    const url = baseUrl === '' ? hosts[isEu ? 'eu' : 'global'] : baseUrl;
    let http = this.#http.get(url);
    if (http === undefined) {
      http = createHttpClient({
        baseUrl: url,
        headers: () => ({ authorization: `Bearer ${apiKey.reveal()}`, accept: 'application/json' }),
        describeError,
        mayRepeat,
      });
      this.#http.set(url, http);
    }
    return http;
  }
}

function headerValue(subuser: string): string {
  const problem = headerProblem(subuser);
  if (problem === undefined) return subuser;
  throw new BatonError(
    Code.InvalidArgument,
    `No call can be made on behalf of the subuser ${JSON.stringify(subuser)}: ${problem}.`,
  );
}

/** The deepest first problem of a failed check, as `result[3].is_admin: …`. Values are not quoted: they may be secret. */
function firstProblem(error: z.ZodError): string {
  let [issue] = error.issues;
  const path: PropertyKey[] = [];
  while (issue) {
    path.push(...issue.path);
    const deeper: z.core.$ZodIssue[] =
      issue.code === 'invalid_union' ? issue.errors.flatMap((issues) => issues.slice(0, 1)) : [];
    const [deepest] = deeper.sort((a, b) => b.path.length - a.path.length);
    if (!deepest) break;
    issue = deepest;
  }
  const where = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const what = (issue?.message ?? 'it is malformed')
    .replace(/^Invalid input: /, '')
    .replace(/, received undefined$/, ', but it is missing');
  return where === '' ? what : `${where.replace(/^\./, '')}: ${what}`;
}

import type { HttpClient, HttpClientOptions } from '@baton-ts/connector-sdk';
import { BatonError, Code, type Secret } from '@baton-ts/connector-sdk';
import type * as z from 'zod';
import { describeError, explainRefusal, explainWriteFailure, mayRepeat } from './errors.ts';
import { onBehalfOfHeader } from './names.ts';
import type { Subuser } from './schemas.ts';
import type { Write } from './writes.ts';

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

/** One question, and what its answer must look like. */
export interface Call<T> extends ReadRequest {
  readonly route: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly schema: z.ZodType<T>;
}

/** Sends to SendGrid and checks what comes back; reading and writing share it. */
export class Transport {
  readonly #options: SendGridClientOptions;
  readonly #http = new Map<string, HttpClient>();

  constructor(options: SendGridClientOptions) {
    this.#options = options;
  }

  async get<T>(call: Call<T>): Promise<{ value: T; link: string | undefined }> {
    const { route, path = route, query = {}, schema, onBehalfOf, signal } = call;
    const response = await this.#hostFor(onBehalfOf)
      .request({
        method: 'GET',
        route,
        path,
        query,
        signal,
        ...(onBehalfOf && { headers: onBehalfOfHeader(onBehalfOf.username), bucket: onBehalfOf.username }),
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

  /**
   * Sends a write, once. Its answer is not read: an echo proves nothing (`sendgrid-api.md §4.5`). When what is thrown
   * `mayHaveHappened`, only a read can tell whether it did.
   */
  async send(write: Write, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { announced, route, secretPath, onBehalfOf, sendWithinMs } = write;
    const { method, path, headers, body } = announced;
    await this.#hostFor(onBehalfOf)
      .request({
        method,
        route,
        path: secretPath?.reveal() ?? path,
        signal,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        ...(onBehalfOf && { bucket: onBehalfOf.username }),
        ...(sendWithinMs !== undefined && { sendWithinMs }),
      })
      .catch((error: unknown) => {
        throw explainWriteFailure(error, write);
      });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#http.values()].map((http) => http.close()));
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

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpClientOptions {
  /** Scheme, host and optional path in front of every route, without a trailing slash. */
  readonly baseUrl: string;
  /** Sent with every request. A function is asked each time, so that a credential is revealed only when it is sent. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Requests under way at once. Default 10. */
  readonly concurrency?: number;
  /** Reads the error message out of an error body; undefined when the body says nothing. Default: the body is not quoted. */
  readonly describeError?: (status: number, body: unknown) => string | undefined;
  /**
   * Whether a failed request may be sent again. Default: GET, PUT and DELETE after 429, 502, 503, 504 and network
   * errors; GET after 500; others only after 429. Never decided by the body's text.
   */
  readonly mayRepeat?: (request: HttpRequest, failure: { readonly status: number | undefined }) => boolean;
}

export interface HttpRequest {
  readonly method: HttpMethod;
  /** The route template: the name of the rate limit's bucket and of the metric, for example `/v3/teammates/{username}`. */
  readonly route: string;
  /** The path with its segments already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Names a separate rate-limit bucket within the route, for example the subuser on whose behalf the call is made. */
  readonly bucket?: string;
  /**
   * For a write that replaces what was read right before: when its turn comes later than this, in ms, nothing is sent and
   * the request fails with a retryable `Unavailable`, so that the caller reads again. It is never repeated. Default: no limit.
   */
  readonly sendWithinMs?: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

/** Sends requests one by one for its callers; answers outside 2xx are thrown as `HttpError`. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

import { BatonError, Code } from '@baton-ts/protocol';
import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from './clock.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './http-client.ts';
import { codeOfStatus, HttpError, statusMessage } from './http-error.ts';
import { networkFailure } from './network-failure.ts';
import type { HttpObserver } from './observer.ts';
import { joinHeaders, withoutHeaderValues } from './outgoing-headers.ts';
import { type RateLimitAnswer, readRateLimit } from './rate-limit-headers.ts';
import { maxBodyBytes, oneLine, parseJson, readBody, received, saysJson } from './read-body.ts';
import { maxTries, mayRepeatByDefault, retryWaitMs } from './retry.ts';
import { type EndTurn, Scheduler } from './scheduler.ts';

/** What the program gives to every client; the connector gives the `HttpClientOptions`. */
export interface HttpSettings {
  /** One request's time from its first sending to its last, waits between its tries included (`cli.md §A.2`). */
  readonly timeoutMs: number;
  /** The time of one try, its answer's body included. Default 60 s, or `timeoutMs` when that is less. */
  readonly tryTimeoutMs?: number;
  readonly userAgent?: string;
  readonly observer?: HttpObserver;
  /** A certificate authority in PEM to trust besides the machine's own and those of `NODE_EXTRA_CA_CERTS`. */
  readonly ca?: string;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read. Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** From 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

const defaultConcurrency = 10;
const defaultTryTimeoutMs = 60_000;

/**
 * A client whose requests keep to the limits of the other side, are repeated where that is safe and fail as `HttpError`.
 * Connects at the first request. Redirects are not followed.
 */
export function createHttpClient(options: HttpClientOptions, settings: HttpSettings): HttpClient {
  return new Client(options, settings);
}

/** One request on its way through its tries. */
interface Call {
  readonly request: HttpRequest;
  readonly place: number;
  tries: number;
  firstSentMs: number | undefined;
  maybeApplied: boolean;
}

interface Answer extends HttpResponse {
  readonly limit: RateLimitAnswer;
}

class Client implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #settings: HttpSettings;
  readonly #base: URL;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #concurrency: number;
  readonly #scheduler: Scheduler;
  #dispatcher: Promise<Dispatcher> | undefined;
  #proxySetting: string | undefined;
  #isClosed = false;
  #places = 0;

  constructor(options: HttpClientOptions, settings: HttpSettings) {
    this.#options = options;
    this.#settings = settings;
    this.#base = parseBase(options.baseUrl);
    this.#clock = settings.clock ?? systemClock;
    this.#random = settings.random ?? Math.random;
    this.#concurrency = options.concurrency ?? defaultConcurrency;
    this.#scheduler = new Scheduler(this.#concurrency, this.#clock, this.#random);
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    this.#places += 1;
    const call: Call = { request, place: this.#places, tries: 0, firstSentMs: undefined, maybeApplied: false };
    for (;;) {
      try {
        const { status, headers, body } = await this.#try(call);
        return { status, headers, body };
      } catch (error) {
        const failure = this.#failureOf(error, call);
        call.maybeApplied = failure.maybeApplied;
        if (!this.#isWorthRepeating(failure, call)) throw failure;
        await this.#waitBeforeRepeating(failure, call);
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#scheduler.close(closed());
    // One that could not be opened has failed its request already.
    const dispatcher = await this.#dispatcher?.catch(() => undefined);
    await dispatcher?.close();
  }

  async #try(call: Call): Promise<Answer> {
    const { request } = call;
    const end = await this.#scheduler.turn({
      key: keyOf(request),
      place: call.place,
      signal: request.signal,
      onBlocked: (waitMs) => this.#settings.observer?.onWait?.({ ...named(request), reason: 'rate limit', waitMs }),
    });
    let limit: RateLimitAnswer | undefined;
    try {
      return await this.#send(call, (answer) => {
        limit = answer;
      });
    } finally {
      end(limit);
    }
  }

  async #send(call: Call, onLimit: EndTurn): Promise<Answer> {
    const { request } = call;
    request.signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    const headers = joinHeaders(
      { accept: 'application/json' },
      this.#settings.userAgent === undefined ? {} : { 'user-agent': this.#settings.userAgent },
      this.#options.headers(),
      request.headers ?? {},
      request.body === undefined ? {} : { 'content-type': 'application/json' },
    );
    const dispatcher = await (this.#dispatcher ??= this.#open());

    const startedMs = this.#clock.nowMs();
    call.firstSentMs ??= startedMs;
    call.tries += 1;
    const observer = this.#settings.observer;
    observer?.onRequest?.(named(request));
    using limits = new TryLimits(request.signal, this.#tryTimeoutMs(call, startedMs));
    try {
      const answer = await dispatcher.request({
        origin: this.#base.origin,
        path: this.#pathOf(request),
        method: request.method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: limits.signal,
        // The time limit of the try covers both; undici's own could only be shorter.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const text = await readBody(answer.body);
      const incoming = lowerCase(answer.headers);
      const limit = readRateLimit(answer.statusCode, incoming, this.#clock.wallMs());
      onLimit(limit);
      observer?.onResponse?.({
        ...named(request),
        status: answer.statusCode,
        elapsedMs: this.#clock.nowMs() - startedMs,
      });
      return this.#read(request, { status: answer.statusCode, headers: incoming, text, limit, sent: headers });
    } catch (error) {
      if (error instanceof HttpError) throw error;
      throw this.#noAnswer(request, error, limits);
    }
  }

  async #open(): Promise<Dispatcher> {
    const { openDispatcher, proxySetting } = await import('./dispatcher.ts');
    const { env = process.env, ca } = this.#settings;
    this.#proxySetting = proxySetting(env, this.#base.protocol);
    return openDispatcher({ concurrency: this.#concurrency, env, ca });
  }

  #read(
    request: HttpRequest,
    answer: {
      readonly status: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly text: string | undefined;
      readonly limit: RateLimitAnswer;
      readonly sent: Readonly<Record<string, string>>;
    },
  ): Answer {
    const { status, headers, text, limit, sent } = answer;
    const isSuccess = status >= 200 && status < 300;
    const contentType = headers.get('content-type');
    const json = text === undefined || text === '' || !saysJson(contentType) ? undefined : parseJson(text);
    if (!isSuccess) throw this.#refused(request, { status, headers, body: json?.value, limit, sent });
    if (text === '') return { status, headers, body: undefined, limit };
    if (json !== undefined) return { status, headers, body: json.value, limit };
    const what =
      text === undefined
        ? `more than ${maxBodyBytes / 1024 / 1024} MiB`
        : // A write's answer may hold a new secret.
          received(
            contentType,
            text,
            request.method === 'GET' ? (start) => withoutHeaderValues(start, sent) : undefined,
          );
    const wanted = text === undefined ? 'the size limit for an answer' : 'whole JSON';
    throw new HttpError(
      Code.Internal,
      `${request.method} ${request.route} answered ${status} with ${what} instead of ${wanted}. Check that ${this.#base.host} is the right host and that no proxy in between answers in its place`,
      { ...named(request), status, maybeApplied: isWrite(request) },
    );
  }

  #refused(
    request: HttpRequest,
    answer: {
      readonly status: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly body: unknown;
      readonly limit: RateLimitAnswer;
      readonly sent: Readonly<Record<string, string>>;
    },
  ): HttpError {
    const { status, headers, body, limit, sent } = answer;
    const location = headers.get('location');
    const described =
      status < 400 && location !== undefined
        ? `a redirect to ${hostOf(location, this.#base)}, which is not followed. Check the address ${this.#base.host}`
        : this.#options.describeError?.(status, body);
    const said = described === undefined ? undefined : withoutHeaderValues(oneLine(described), sent);
    const retryAfterMs = limit.retryAfterMs ?? (status === 429 ? limit.resetInMs : undefined);
    return new HttpError(codeOfStatus(status), statusMessage(request.method, request.route, status, said), {
      ...named(request),
      status,
      body,
      maybeApplied: isWrite(request) && status >= 500 && status !== 501,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  #noAnswer(request: HttpRequest, error: unknown, limits: TryLimits): HttpError {
    const { host } = this.#base;
    if (request.signal.aborted) return cancelled(request, isWrite(request));
    if (limits.timedOut) {
      return new HttpError(
        Code.DeadlineExceeded,
        `${request.method} ${request.route}: ${host} did not answer within ${limits.timeoutMs / 1000} s`,
        { ...named(request), cause: error, maybeApplied: isWrite(request) },
      );
    }
    const failure = networkFailure(error, host);
    const proxy = failure.mayHaveArrived ? undefined : this.#proxySetting;
    const hint = proxy === undefined ? '' : `. ${proxy} is set, so it may be the proxy that this is about`;
    return new HttpError(failure.code, `${request.method} ${request.route}: ${failure.message}${hint}`, {
      ...named(request),
      cause: error,
      retryable: failure.retryable,
      maybeApplied: failure.mayHaveArrived && isWrite(request),
    });
  }

  /** What stopped a call, with what its earlier tries may have done. */
  #failureOf(error: unknown, { request, maybeApplied }: Call): HttpError {
    const failure =
      error instanceof HttpError
        ? error
        : request.signal.aborted
          ? cancelled(request, maybeApplied)
          : asHttpError(BatonError.from(error, `${request.method} ${request.route}`), request);
    if (!maybeApplied || failure.maybeApplied) return failure;
    return new HttpError(failure.code, failure.message, {
      ...named(request),
      status: failure.status,
      body: failure.body,
      cause: failure.cause,
      retryable: failure.retryable,
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      maybeApplied: true,
    });
  }

  #isWorthRepeating(failure: HttpError, { request, tries }: Call): boolean {
    if (!failure.retryable || request.signal.aborted || this.#isClosed || tries === 0 || tries >= maxTries)
      return false;
    const mayRepeat = this.#options.mayRepeat ?? mayRepeatByDefault;
    return mayRepeat(request, { status: failure.status });
  }

  async #waitBeforeRepeating(failure: HttpError, call: Call): Promise<void> {
    const { request } = call;
    // After a 429 the wait is the route's, which the scheduler keeps for all that call it.
    const isRouteWait = failure.status === 429;
    const waitMs = isRouteWait
      ? this.#scheduler.blockedMs(keyOf(request))
      : retryWaitMs(call.tries, failure.retryAfterMs, this.#random);
    const spentMs = this.#clock.nowMs() - (call.firstSentMs ?? this.#clock.nowMs());
    if (spentMs + waitMs >= this.#settings.timeoutMs) throw failure;

    const observer = this.#settings.observer;
    observer?.onRetry?.({ ...named(request), attempt: call.tries + 1, status: failure.status });
    if (isRouteWait) return;
    observer?.onWait?.({ ...named(request), reason: 'retry', waitMs });
    try {
      await this.#clock.sleep(waitMs, request.signal);
    } catch {
      throw cancelled(request, call.maybeApplied);
    }
  }

  #tryTimeoutMs(call: Call, nowMs: number): number {
    const leftMs = this.#settings.timeoutMs - (nowMs - (call.firstSentMs ?? nowMs));
    return Math.max(1, Math.min(this.#settings.tryTimeoutMs ?? defaultTryTimeoutMs, leftMs));
  }

  #pathOf({ path, query = {} }: HttpRequest): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.append(name, String(value));
    }
    const prefix = this.#base.pathname.replace(/\/$/, '');
    return `${prefix}${path}${search.size === 0 ? '' : `?${search}`}`;
  }
}

/** Ends a try when its caller gives up or its time has run out, and leaves no listener behind. */
class TryLimits {
  readonly timeoutMs: number;
  timedOut = false;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #giveUp = (): void => this.#controller.abort(this.#caller.reason);

  constructor(caller: AbortSignal, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#caller = caller;
    caller.addEventListener('abort', this.#giveUp, { once: true });
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#controller.abort();
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#giveUp);
  }
}

function parseBase(baseUrl: string): URL {
  const url = URL.parse(baseUrl);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== ''
  ) {
    // It is not quoted: what stands in a wrong place may be a secret.
    throw new BatonError(
      Code.InvalidArgument,
      'the address to call is not usable: it should be like https://api.example.com, with no user, password or query',
    );
  }
  return url;
}

function keyOf({ method, route, bucket = '' }: HttpRequest): string {
  return `${method} ${route} ${bucket}`;
}

function named({ method, route }: HttpRequest): Pick<HttpRequest, 'method' | 'route'> {
  return { method, route };
}

function isWrite({ method }: HttpRequest): boolean {
  return method !== 'GET';
}

function closed(): BatonError {
  return new BatonError(Code.Canceled, 'the HTTP client was closed');
}

/** Why the caller gave up decides the code: a time limit of the caller's is no cancellation by a person. */
function cancelled(request: HttpRequest, maybeApplied: boolean): HttpError {
  const reason: unknown = request.signal.reason;
  const { code, message } = BatonError.from(reason, `${request.method} ${request.route}`);
  const isTold = code === Code.Canceled || code === Code.DeadlineExceeded || BatonError.is(reason);
  return new HttpError(
    isTold ? code : Code.Canceled,
    isTold ? message : `${request.method} ${request.route}: cancelled`,
    { ...named(request), cause: reason, retryable: false, maybeApplied },
  );
}

function asHttpError(error: BatonError, request: HttpRequest): HttpError {
  return new HttpError(error.code, error.message, { ...named(request), cause: error, retryable: error.retryable });
}

function hostOf(location: string, base: URL): string {
  return URL.parse(location, base)?.host ?? 'an address that cannot be read';
}

function lowerCase(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

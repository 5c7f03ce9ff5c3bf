import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from './clock.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './http-client.ts';
import { asHttpError, cancelled, HttpError, isWrite, named } from './http-error.ts';
import { networkFailure } from './network-failure.ts';
import type { HttpObserver } from './observer.ts';
import { joinHeaders } from './outgoing-headers.ts';
import { type RateLimitAnswer, readRateLimit } from './rate-limit-headers.ts';
import { readAnswer } from './read-answer.ts';
import { readBody } from './read-body.ts';
import { maxTries, mayRepeatByDefault, retryWaitMs } from './retry.ts';
import { type EndTurn, Scheduler } from './scheduler.ts';
import { TryLimits } from './try-limits.ts';

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
        return await this.#try(call);
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
    const opening = this.#dispatcher;
    this.#dispatcher = undefined;
    // One that could not be opened has failed its request already.
    const dispatcher = await opening?.catch(() => undefined);
    await dispatcher?.close();
  }

  async #try(call: Call): Promise<HttpResponse> {
    const { request } = call;
    const askedMs = this.#clock.nowMs();
    const end = await this.#scheduler.turn({
      key: keyOf(request),
      place: call.place,
      signal: request.signal,
      onBlocked: (waitMs) => this.#settings.observer?.onWait?.({ ...named(request), reason: 'rate limit', waitMs }),
    });
    let limit: RateLimitAnswer | undefined;
    try {
      const waitedMs = this.#clock.nowMs() - askedMs;
      if (request.sendWithinMs !== undefined && waitedMs > request.sendWithinMs) throw tooLate(request, waitedMs);
      return await this.#send(call, (answer) => {
        limit = answer;
      });
    } finally {
      end(limit);
    }
  }

  async #send(call: Call, onLimit: EndTurn): Promise<HttpResponse> {
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
    const timeoutMs = this.#tryTimeoutMs(call, startedMs);
    call.tries += 1;
    const observer = this.#settings.observer;
    observer?.onRequest?.(named(request));
    using limits = new TryLimits(request.signal, timeoutMs);
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
      const raw = { status: answer.statusCode, headers: incoming, text, limit };
      const { describeError } = this.#options;
      return readAnswer(request, raw, { base: this.#base, sent: headers, describeError });
    } catch (error) {
      if (error instanceof HttpError) throw error;
      const failure = this.#noAnswer(request, error, limits);
      const elapsedMs = this.#clock.nowMs() - startedMs;
      observer?.onNoAnswer?.({ ...named(request), code: failure.code, elapsedMs });
      throw failure;
    }
  }

  async #open(): Promise<Dispatcher> {
    const { openDispatcher, proxySetting } = await import('./dispatcher.ts');
    const { env = process.env, ca } = this.#settings;
    this.#proxySetting = proxySetting(env, this.#base.protocol);
    return openDispatcher({ concurrency: this.#concurrency, env, ca });
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
    if (!failure.retryable || request.signal.aborted || this.#isClosed || tries >= maxTries) return false;
    if (request.sendWithinMs !== undefined) return false;
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

  #tryTimeoutMs({ request, firstSentMs, maybeApplied }: Call, nowMs: number): number {
    const { timeoutMs, tryTimeoutMs = defaultTryTimeoutMs } = this.#settings;
    const leftMs = timeoutMs - (nowMs - (firstSentMs ?? nowMs));
    if (leftMs > 0) return Math.min(tryTimeoutMs, leftMs);
    throw new HttpError(
      Code.DeadlineExceeded,
      `${request.method} ${request.route}: the time limit of ${timeoutMs / 1000} s ran out before it could be sent again`,
      { ...named(request), maybeApplied },
    );
  }

  #pathOf({ path, query = {} }: HttpRequest): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.append(name, String(value));
    }
    const prefix = this.#base.pathname.replace(/\/$/, '');
    return `${prefix}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
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

function tooLate(request: HttpRequest, waitedMs: number): HttpError {
  const waited = `${Math.round(waitedMs / 1000)} s`;
  return new HttpError(
    Code.Unavailable,
    `${request.method} ${request.route}: its turn came after ${waited}, when what it was made of may have changed, so it was not sent`,
    named(request),
  );
}

function keyOf({ method, route, bucket = '' }: HttpRequest): string {
  return `${method} ${route} ${bucket}`;
}

function closed(): BatonError {
  return new BatonError(Code.Canceled, 'the HTTP client was closed');
}

function lowerCase(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

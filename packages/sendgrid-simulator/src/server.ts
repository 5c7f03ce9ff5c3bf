import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place } from './account.ts';
import { ApiError, forbidden } from './api-error.ts';
import type { Answer, Call } from './call.ts';
import { answerControl, type ControlState } from './control.ts';
import { inDocumentedForm, withDocumentedPage } from './documented.ts';
import type { Fault } from './faults.ts';
import { isJsonObject, readJson } from './json.ts';
import type { Account, ApiKey } from './model.ts';
import { RateLimits, type RateVerdict } from './rate-limits.ts';
import { findRoute } from './router.ts';
import { handleWithFaults } from './strike.ts';

export interface ServerOptions extends ControlState {
  readonly latencyMs: number;
  /** Requests per window and route; 0 for no limit. */
  readonly rateLimit: number;
  readonly windowMs: number;
  /** Answers as described instead of as seen live. */
  readonly asDocumented: boolean;
}

/** The two hosts of the service, as roles of one account (`sendgrid-api.md §1.2`). */
export type HostRole = 'global' | 'eu';

type Find<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** The HTTP side: keys, limits, faults and the log around the routes. */
export class ApiServer {
  readonly #options: ServerOptions;
  readonly #limits: RateLimits;
  readonly #closing = new AbortController();
  readonly #servers: Server[] = [];

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#limits = new RateLimits(options.rateLimit, options.windowMs);
  }

  /** Resolves with the URL. Port 0 picks a free one. Only this machine can connect. */
  async listen(role: HostRole, port: number): Promise<string> {
    const server = createServer((request, response) => {
      this.#respond(role, request, response).catch((error: unknown) => {
        if (!this.#closing.signal.aborted) response.destroy(error instanceof Error ? error : undefined);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#servers.push(server);
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(
      this.#servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  }

  async #respond(role: HostRole, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    if (path.startsWith('/_control/')) return answerControl(this.#options, request, response, path);
    const { log, faults } = this.#options;
    const match = findRoute(method, path);
    const route = match?.route.template ?? path;
    const onBehalfOf = String(request.headers['on-behalf-of'] ?? '');
    log.begin();
    response.once('close', () => log.end());
    const atMs = this.#options.now();
    const note = (status: number) => log.add({ method, route, path, query, onBehalfOf, atMs, status });
    const striking = faults.strike({ method, route, path, onBehalfOf });
    const find = <Kind extends Fault['kind']>(kind: Kind) =>
      striking.find((fault): fault is Find<Kind> => fault.kind === kind);

    const verdict = this.#takeFromLimit(request, `${method} ${route} ${onBehalfOf}`);
    const body = await readJson(request).catch(() => null);
    await this.#wait(find('latency')?.delayMs ?? this.#options.latencyMs);
    if (find('reset-before')) {
      note(0);
      response.socket?.resetAndDestroy();
      return;
    }
    const forced = find('status');
    const work = () => this.#answer({ role, request, match, query, body, onBehalfOf, verdict, striking });
    if (forced?.done) work();
    const answer = forced ?? work();
    if (find('reset-after')) {
      note(0);
      response.socket?.resetAndDestroy();
      return;
    }
    note(answer.status);
    response.statusCode = answer.status;
    this.#setHeaders(response, verdict, answer, find('rate-headers')?.form);
    if (answer.status === 204) {
      response.end();
      return;
    }
    let text = 'kind' in answer ? statusBody(answer) : JSON.stringify(answer.body);
    if (find('html')) {
      response.setHeader('content-type', 'text/html');
      response.statusCode = 200;
      text = '<!doctype html><title>Sign in</title><p>Your network asks you to sign in.</p>';
    }
    if (find('empty-body')) text = '';
    if (find('cut-json')) text = text.slice(0, Math.ceil(text.length / 2));
    const slow = find('slow-body');
    if (slow) {
      const half = Math.ceil(text.length / 2);
      response.write(text.slice(0, half));
      await this.#wait(slow.delayMs);
      text = text.slice(half);
    }
    response.end(text);
  }

  #takeFromLimit(request: IncomingMessage, bucket: string): RateVerdict {
    return this.#limits.take(`${request.headers.authorization ?? ''} ${bucket}`, this.#options.now());
  }

  #answer(input: {
    role: HostRole;
    request: IncomingMessage;
    match: ReturnType<typeof findRoute>;
    query: string;
    body: unknown;
    onBehalfOf: string;
    verdict: RateVerdict;
    striking: readonly Fault[];
  }): Answer {
    const { role, request, match, query, body, onBehalfOf, verdict, striking } = input;
    const { account } = this.#options;
    return refusable(() => {
      const { key, place } = findKey(account, request.headers.authorization);
      if (verdict.isOver) throw new ApiError(429, 'too many requests');
      if (!match) throw new ApiError(404, 'not found');
      const { route, names } = match;
      const at = onBehalfOf === '' ? place : placeOf(account, place, onBehalfOf);
      if (onBehalfOf !== '' && !route.inSubuser) throw forbidden();
      if (role === 'eu' && at.subuser?.region !== 'eu') throw forbidden();
      if (route.scope !== undefined && !key.scopes.includes(route.scope)) throw forbidden();
      if (body === null || (body !== undefined && !isJsonObject(body))) throw new ApiError(400, 'invalid JSON');
      const call: Call = {
        ...at,
        account,
        key,
        names,
        query: new URLSearchParams(query),
        body: body ?? {},
        nowMs: this.#options.now(),
      };
      if (!this.#options.asDocumented) return handleWithFaults(call, striking, route.handle);
      const answer = refusable(() => handleWithFaults(withDocumentedPage(call), striking, route.handle));
      return inDocumentedForm(route, call, answer);
    });
  }

  #setHeaders(
    response: ServerResponse,
    { limit, remaining, resetAtMs }: RateVerdict,
    answer: Answer | Find<'status'>,
    form: string | undefined,
  ): void {
    const nowMs = this.#options.now();
    response.setHeader('date', new Date(nowMs).toUTCString());
    response.setHeader('cache-control', 'no-cache');
    if (answer.status !== 204) response.setHeader('content-type', 'application/json; charset=utf8');
    if (form !== 'missing') {
      const resetS = Math.ceil(resetAtMs / 1000);
      const shown = form === 'past' ? resetS - 3600 : form === 'delta' ? Math.ceil((resetAtMs - nowMs) / 1000) : resetS;
      response.setHeader('X-Ratelimit-Limit', limit);
      response.setHeader('X-Ratelimit-Remaining', remaining);
      response.setHeader('X-Ratelimit-Reset', shown);
    }
    if ('link' in answer && answer.link !== undefined) response.setHeader('link', answer.link);
    if ('kind' in answer) {
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    }
  }

  async #wait(delayMs: number): Promise<void> {
    if (delayMs > 0) await pause(delayMs, undefined, { signal: this.#closing.signal });
  }
}

/** A refusal is an answer too. */
function refusable(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

/** The bodies of `sendgrid-api.md §2` for answers that a fault makes. */
function statusBody({ status, body }: Find<'status'>): string {
  if (body !== undefined) return body;
  const messages: Readonly<Record<number, string>> = {
    401: 'The provided authorization grant is invalid, expired, or revoked',
    403: 'access forbidden',
    429: 'too many requests',
  };
  return JSON.stringify({ errors: [{ message: messages[status] ?? 'something went wrong', field: null }] });
}

function findKey(account: Account, authorization: string | undefined): { key: ApiKey; place: Place } {
  const secret = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (secret === undefined) throw new ApiError(401, 'authorization required');
  const places: Place[] = [{ realm: account, subuser: undefined }];
  for (const subuser of account.subusers.values()) {
    if (subuser.local.apiKeys.size > 0) places.push({ realm: subuser.local, subuser });
  }
  for (const place of places) {
    for (const key of place.realm.apiKeys.values()) {
      if (key.secret === secret && !key.isRevoked) return { key, place };
    }
  }
  throw new ApiError(401, 'The provided authorization grant is invalid, expired, or revoked');
}

/** Only the parent's key reaches a subuser, and only a known one. */
function placeOf(account: Account, { subuser: own }: Place, onBehalfOf: string): Place {
  const subuser = account.subusers.get(onBehalfOf);
  if (own || !subuser) throw forbidden();
  return { realm: subuser.local, subuser };
}

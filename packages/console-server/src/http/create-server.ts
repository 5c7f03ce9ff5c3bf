import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Logger } from '@baton-ts/c1-server';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Authentication } from '../auth/authentication.ts';
import { checkCsrf } from '../auth/csrf.ts';
import { nobody } from '../domain/actor.ts';
import type { Store } from '../store/store.ts';
import { registerApi } from './api-routes.ts';
import { answerBrokenRequest } from './broken-request.ts';
import type { Caller } from './caller.ts';
import { errorAnswer } from './error-answer.ts';
import type { Metrics } from './metrics.ts';
import { registerOpenApi } from './open-api.ts';
import { registerOperations } from './operations.ts';
import type { Routes } from './route.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { registerSignIn, type SignInHandlers } from './sign-in-routes.ts';
import { registerWebApp } from './web-app.ts';

export interface HttpServerOptions {
  readonly routes: Routes;
  readonly authentication: Pick<Authentication, 'authenticate'>;
  /** Where browsers reach the console. A change that comes from a page of another origin is refused. */
  readonly publicUrl: URL;
  readonly logger: Logger;
  /** PEM; without it the listener speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses of reverse proxies whose `x-forwarded-for` is believed. */
  readonly trustedProxies?: readonly string[];
  /** The addresses under `/auth`. */
  readonly signIn?: SignInHandlers;
  /** For `/readyz` and `/metrics`. */
  readonly store?: Store;
  readonly metrics?: Metrics;
  /** The built web app. */
  readonly webDir?: string;
}

/** A request has to be there within this time, so that slow senders do not hold the connections. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the usual load balancer keeps one, so that it never sends into a closed connection. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How often the two are looked at. */
const CHECKING_MS = 1_000;
/** A connection on which nothing moves, because its other end reads no answer. */
const STANDSTILL_TIMEOUT_MS = 5 * 60_000;
/** As many as the listener for connectors takes. Beyond this they are turned away. */
const MAX_CONNECTIONS = 4_096;
const MAX_BODY_BYTES = 1024 ** 2;

/** Older versions are broken. */
export const MIN_TLS = 'TLSv1.2';

/** The listener for browsers and scripts, as long as nothing listens: add what else it serves, then `app.listen`. */
export function createServer(options: HttpServerOptions): FastifyInstance {
  const { routes, authentication, publicUrl, logger, tls, trustedProxies = [] } = options;
  const { signIn, store, metrics, webDir } = options;
  const isHttps = publicUrl.protocol === 'https:';
  const newRequestId = (): string => `req_${randomBytes(8).toString('hex')}`;
  const checking = { connectionsCheckingInterval: CHECKING_MS };
  const app = fastify({
    ...(tls === undefined ? { http: checking } : { https: { ...tls, ...checking, minVersion: MIN_TLS } }),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STANDSTILL_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    bodyLimit: MAX_BODY_BYTES,
    genReqId: newRequestId,
    routerOptions: { maxParamLength: 400 },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, { isHttps, requestId: newRequestId() }),
    frameworkErrors: (error, request, reply) => {
      const { status, body } = errorAnswer(error, request.id);
      setSecurityHeaders(reply, isHttps);
      reply.hijack();
      for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value);
      reply.raw.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  });
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  // An empty body is no body, whatever its type says.
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });

  const callers = new WeakMap<FastifyRequest, Caller>();
  const callerOf = (request: FastifyRequest): Caller => {
    const caller = callers.get(request);
    if (caller === undefined) throw new BatonError(Code.Internal, 'A request was handled before it was looked at.');
    return caller;
  };

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    setSecurityHeaders(reply, isHttps);
    const isApi = request.url.startsWith('/api/');
    if (!isApi && !request.url.startsWith('/auth/')) return;
    const who = isApi ? await authentication.authenticate(request) : undefined;
    // No browser adds an access token by itself.
    if (isApi && (who === undefined || who.session !== undefined)) checkCsrf(request, who?.session, publicUrl);
    callers.set(request, {
      isKnown: who !== undefined,
      context: {
        actor: who?.actor ?? nobody,
        session: who?.session,
        requestId: request.id,
        ip: request.ip,
        signal: abortedWithout(reply.raw),
        cookies: request.headers.cookie,
        userAgent: request.headers['user-agent'],
        setCookie: (header) => void reply.header('set-cookie', header),
      },
    });
  });

  app.setErrorHandler(async (error, request, reply) => {
    const { status, body, retryAfterSeconds } = errorAnswer(error, request.id);
    if (status >= 500) logger.error('a request failed', { ...about(request), status, error });
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    return await reply.code(status).send(body);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const error = new BatonError(Code.NotFound, `There is nothing at this address for ${request.method}.`);
    const { status, body } = errorAnswer(error, request.id);
    return await reply.code(status).send(body);
  });
  app.addHook('onResponse', async (request, reply) => {
    const tookMs = Math.round(reply.elapsedTime);
    logger.debug('a request was answered', { ...about(request), status: reply.statusCode, took_ms: tookMs });
    metrics?.countRequest(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
  });

  // The document is made of the routes that are registered after it.
  registerOpenApi(app);
  app.register(async (scope) => {
    registerApi(scope, routes, callerOf);
    if (signIn !== undefined) registerSignIn(scope, signIn, callerOf);
    if (store !== undefined) registerOperations(scope, { store, metrics, authentication });
    if (webDir !== undefined) await registerWebApp(scope, webDir);
  });
  return app;
}

/** The route, not the address, which may hold what somebody has typed. */
function about({ id, method, routeOptions }: FastifyRequest): Readonly<Record<string, unknown>> {
  return { request_id: id, method, route: routeOptions.url ?? 'none' };
}

/** Aborted when whoever asked goes away before the answer is through. */
function abortedWithout(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new BatonError(Code.Canceled, 'The request was given up.'));
  });
  return controller.signal;
}

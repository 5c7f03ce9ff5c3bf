import { createServer, type Server, type ServerResponse } from 'node:http';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { addressOf } from '../address.ts';
import type { Clock } from '../http/clock.ts';

export interface HealthServerOptions {
  readonly bindAddress: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Asks the connected system whether the settings still work; for `/health`. */
  readonly validate: (signal: AbortSignal) => Promise<unknown>;
  /** Why no task can be worked on at this moment, for `/ready`; undefined: it can. */
  readonly notReady: () => string | undefined;
  /** Takes secrets out of the text of an error. */
  readonly hide: (text: string) => string;
  /** For `/metrics`. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly clock: Pick<Clock, 'wallMs'>;
}

export interface HealthServer {
  readonly port: number;
  /** Ends open requests, too. */
  close(): Promise<void>;
}

type Details = Readonly<Record<string, string>>;

/** One request of `/health`; a probe that waits longer has given up (`cli.md §B`). */
const validateTimeoutMs = 30_000;
/** A probe sends a few lines at once; whoever takes longer holds a connection for nothing. */
const requestTimeoutMs = 10_000;
/** Probes and one that collects metrics need a handful. */
const maxConnections = 64;

/**
 * Answers probes over plain HTTP (`cli.md §B`): `/health` validates the connector, `/ready` says whether tasks can be
 * worked on, `/live` that the process answers; `/metrics` is for Prometheus. Requests of `/health` that come while one is
 * under way share its answer.
 *
 * @throws BatonError when it cannot listen there
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const stop = new AbortController();
  let validation: Promise<string | undefined> | undefined;
  const validationError = async (): Promise<string | undefined> => {
    validation ??= failureOf(options, stop.signal).finally(() => {
      validation = undefined;
    });
    return validation;
  };
  const answer = (response: ServerResponse, status: string, details: Details = {}): void => {
    const isWell = Object.keys(details).length === 0;
    const timestamp = `${new Date(options.clock.wallMs()).toISOString().slice(0, 19)}Z`;
    response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ status, timestamp, ...(isWell ? {} : { details }) })}\n`);
  };
  const handle = async (path: string, response: ServerResponse): Promise<void> => {
    switch (path) {
      case '/health': {
        const failure = await validationError();
        if (failure === undefined) return answer(response, 'healthy');
        return answer(response, 'unhealthy', {
          error: 'connector validation failed',
          validation_error: options.hide(failure),
        });
      }
      case '/ready': {
        const reason = options.notReady();
        return reason === undefined ? answer(response, 'ready') : answer(response, 'not_ready', { error: reason });
      }
      case '/live':
        return answer(response, 'alive');
      case '/metrics': {
        const text = await options.metrics.text();
        response.writeHead(200, { 'content-type': options.metrics.contentType });
        response.end(text);
        return;
      }
      default:
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
        response.end('404 page not found\n');
    }
  };
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    request.resume();
    handle(path, response).catch(() => response.destroy());
  });
  server.maxConnections = maxConnections;
  const port = await listen(server, options);
  return {
    port,
    async close() {
      stop.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function failureOf({ validate }: HealthServerOptions, stop: AbortSignal): Promise<string | undefined> {
  try {
    await validate(AbortSignal.any([stop, AbortSignal.timeout(validateTimeoutMs)]));
    return undefined;
  } catch (error) {
    return BatonError.from(error, 'validating the connector').message;
  }
}

async function listen(server: Server, { bindAddress, port }: HealthServerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, bindAddress, port)));
    server.listen(port, bindAddress, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function cannotListen(error: NodeJS.ErrnoException, bindAddress: string, port: number): BatonError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses that port; choose a free one with --health-check-port',
    EACCES: 'this user may not use that port; choose one from 1024 with --health-check-port',
    EADDRNOTAVAIL: 'this machine has no such address; name one of its own with --health-check-bind-address',
    ENOTFOUND: 'there is no such address; name one of this machine with --health-check-bind-address',
  };
  const reason = reasons[error.code ?? ''] ?? 'the system refused it';
  return new BatonError(Code.Unknown, `the health server cannot listen on ${addressOf(bindAddress, port)}: ${reason}`, {
    cause: error,
  });
}

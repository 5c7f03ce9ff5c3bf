import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHttpClient, type HttpSettings } from '../create-http-client.ts';
import type { HttpClient, HttpClientOptions, HttpRequest } from '../http-client.ts';
import { HttpError } from '../http-error.ts';
import { ImpatientClock } from './clocks.ts';

type Answerer = (request: IncomingMessage & { readonly text: string }, response: ServerResponse, count: number) => void;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** Method, path and query of each request that arrived. */
  readonly seen: readonly string[];
}

/** A server on 127.0.0.1 that answers each request with `answer`; `count` starts at 1. */
export async function serve(answer: Answerer): Promise<TestServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => {
      text += String(part);
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      answer(Object.assign(request, { text }), response, seen.length);
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export interface TestClient extends HttpClient, AsyncDisposable {
  readonly clock: ImpatientClock;
}

/** A client without proxies whose waits are over at once. */
export function clientOf(
  url: string,
  options: Partial<HttpClientOptions> = {},
  settings: Partial<HttpSettings> = {},
): TestClient {
  const clock = new ImpatientClock();
  const client = createHttpClient(
    { baseUrl: url, headers: () => ({}), ...options },
    { timeoutMs: 300_000, clock, env: {}, ...settings },
  );
  return {
    clock,
    request: (request) => client.request(request),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A GET of `/v3/things/{id}`, unless `parts` says otherwise. */
export function thing(parts: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    route: '/v3/things/{id}',
    path: '/v3/things/7',
    signal: new AbortController().signal,
    ...parts,
  };
}

/** The error of a request that must fail. */
export async function failureOf(client: TestClient, request: HttpRequest = thing()): Promise<HttpError> {
  const error: unknown = await client.request(request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HttpError, `no HttpError: ${String(error)}`);
  return error;
}

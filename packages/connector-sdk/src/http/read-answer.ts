import { Code } from '@baton-ts/protocol/errors';
import type { HttpClientOptions, HttpRequest, HttpResponse } from './http-client.ts';
import { codeOfStatus, HttpError, isWrite, named, statusMessage } from './http-error.ts';
import { withoutHeaderValues } from './outgoing-headers.ts';
import type { RateLimitAnswer } from './rate-limit-headers.ts';
import { maxBodyBytes, oneLine, parseJson, received, saysJson } from './read-body.ts';

interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Undefined: larger than may be read. */
  readonly text: string | undefined;
  readonly limit: RateLimitAnswer;
}

interface Exchange {
  readonly base: URL;
  /** The headers of the request, whose values must not come back in a message. */
  readonly sent: Readonly<Record<string, string>>;
  readonly describeError: HttpClientOptions['describeError'];
}

/** Makes an answer of what arrived. Throws `HttpError` for a status outside 2xx and for a body that is not whole JSON. */
export function readAnswer(request: HttpRequest, raw: RawAnswer, exchange: Exchange): HttpResponse {
  const { status, headers, text } = raw;
  const contentType = headers.get('content-type');
  const json = text === undefined || text === '' || !saysJson(contentType) ? undefined : parseJson(text);
  if (status < 200 || status >= 300) throw refusal(request, raw, json?.value, exchange);
  if (text === '') return { status, headers, body: undefined };
  if (json !== undefined) return { status, headers, body: json.value };
  // A write's answer may hold a new secret.
  const quote = isWrite(request) ? undefined : (start: string) => withoutHeaderValues(start, exchange.sent);
  const what =
    text === undefined
      ? `more than ${maxBodyBytes / 1024 / 1024} MiB, which is more than may be read`
      : `${received(contentType, text, quote)} instead of whole JSON`;
  throw new HttpError(
    Code.Internal,
    `${request.method} ${request.route} answered ${status} with ${what}. Check that ${exchange.base.host} is the right host and that no proxy in between answers in its place`,
    { ...named(request), status, maybeApplied: isWrite(request) },
  );
}

function refusal(request: HttpRequest, raw: RawAnswer, body: unknown, exchange: Exchange): HttpError {
  const { status, headers, limit } = raw;
  const { base, sent, describeError } = exchange;
  const location = headers.get('location');
  const described =
    status < 400 && location !== undefined
      ? `a redirect to ${hostOf(location, base)}, which is not followed. Check the address ${base.host}`
      : describeError?.(status, body);
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

function hostOf(location: string, base: URL): string {
  return URL.parse(location, base)?.host ?? 'an address that cannot be read';
}

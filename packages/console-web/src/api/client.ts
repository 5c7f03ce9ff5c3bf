import type { ApiError, EndpointName, EndpointRequest, EndpointResponse } from '@baton-ts/console-api';

/** What the server refused, in its own words. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** What is wrong in the form, by field. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, error: ApiError) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.requestId = error.requestId;
    this.fields = error.fields ?? {};
  }
}

/** What the server says is wrong in one part of the body, for the form that shows this part. */
export function problemsOf(error: unknown, part: string): Readonly<Record<string, string>> {
  if (!(error instanceof RequestError)) return {};
  const prefix = `${part}.`;
  return Object.fromEntries(
    Object.entries(error.fields).map(([path, text]) => [
      path.startsWith(prefix) ? path.slice(prefix.length) : path,
      text,
    ]),
  );
}

/** Only what the endpoint takes has to be given. */
type Given<Request> = { readonly [Key in keyof Request as undefined extends Request[Key] ? never : Key]: Request[Key] };

let csrfToken = '';

/** The token of the session, which every change carries. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/**
 * Calls an endpoint by its method and path.
 *
 * @example const { app } = await call('GET /api/v1/apps/{app_id}', { params: { app_id } });
 * @throws RequestError with what the server says
 */
export async function call<Name extends EndpointName>(
  name: Name,
  request: Given<EndpointRequest<Name>>,
  signal?: AbortSignal,
): Promise<EndpointResponse<Name>> {
  const response = await send(name, request, signal);
  return await response.json();
}

/**
 * The same for what answers with a file.
 *
 * @throws RequestError with what the server says
 */
export async function callForFile<Name extends FileEndpoint>(
  name: Name,
  request: Given<EndpointRequest<Name>>,
): Promise<Blob> {
  const response = await send(name, request);
  return await response.blob();
}

type FileEndpoint = {
  [Name in EndpointName]: EndpointResponse<Name> extends ReadableStream ? Name : never;
}[EndpointName];

async function send(name: string, { params, query, body }: Parts, signal?: AbortSignal): Promise<Response> {
  const [method = '', template = ''] = name.split(' ');
  const path = template.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params?.[key] ?? ''));
  const search = query === undefined ? '' : `?${new URLSearchParams(texts(query))}`;
  const isChange = method !== 'GET';
  const response = await fetch(path + search, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(isChange && { 'x-csrf-token': csrfToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw new RequestError(response.status, await errorOf(response));
  return response;
}

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

function texts(query: NonNullable<Parts['query']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'message' in body)
      return { code: '', requestId: '', ...body, message: String(body.message) };
  } catch {
    // Not from the console itself: a proxy in between.
  }
  return {
    code: 'unreachable',
    message: `The console did not answer as it should (status ${response.status}). Try again in a moment.`,
    requestId: '',
  };
}

import { BatonError, Code, type HttpClient, type HttpClientOptions } from '@baton-ts/connector-sdk';

class AnsweredError extends BatonError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(status === 401 ? Code.Unauthenticated : Code.Unknown, message);
    this.status = status;
  }
}

/** The contract of `HttpClient` and nothing more: no limits, no repeats, so that each request of the code under test shows. */
export function plainHttpClient(options: HttpClientOptions): HttpClient {
  return {
    async request({ method, path, query = {}, headers, signal }) {
      const url = new URL(options.baseUrl + path);
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) url.searchParams.set(name, String(value));
      const response = await fetch(url, { method, signal, headers: { ...options.headers(), ...headers } });
      const text = await response.text();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      if (!response.ok) {
        throw new AnsweredError(
          response.status,
          options.describeError?.(response.status, body) ?? `HTTP ${response.status}`,
        );
      }
      return { status: response.status, headers: new Map(response.headers), body };
    },
    close: () => Promise.resolve(),
  };
}

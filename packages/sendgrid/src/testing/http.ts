import { createHttpClient, type HttpClient, type HttpClientOptions } from '@baton-ts/connector-sdk';

/** The SDK's client as tests use it: one that never waits long. */
export function testHttpClient(options: HttpClientOptions): HttpClient {
  return createHttpClient(options, { timeoutMs: 10_000, random: () => 0 });
}

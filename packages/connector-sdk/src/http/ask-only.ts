import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { HttpClient } from './http-client.ts';

/** A client that only asks: in a dry run nothing may be written, whatever a connector forgot to announce. */
export function askOnly(client: HttpClient): HttpClient {
  return {
    request: async (request) => {
      if (request.method === 'GET') return client.request(request);
      throw new BatonError(
        Code.Internal,
        `the connector was about to send ${request.method} ${request.route} in a dry run without announcing it. Nothing was sent; this is a fault of the connector`,
      );
    },
    close: () => client.close(),
  };
}

import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { type Client, createClient, createRouterTransport, type ServiceImpl } from '@connectrpc/connect';

/** A client of a server in this process, for what depends on the order of calls and on time alone. */
export function clientOf(server: Partial<ServiceImpl<typeof BatonService>>): Client<typeof BatonService> {
  return createClient(
    BatonService,
    createRouterTransport(({ service }) => {
      service(BatonService, server);
    }),
  );
}

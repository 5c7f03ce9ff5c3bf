import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import {
  type Client,
  createClient,
  createRouterTransport,
  type Interceptor,
  type ServiceImpl,
} from '@connectrpc/connect';

/**
 * A client of a server in this process, for what depends on the order of calls and on time alone.
 *
 * @param onCall called when a call arrives
 */
export function clientOf(
  server: Partial<ServiceImpl<typeof BatonService>>,
  onCall: () => void = () => {},
): Client<typeof BatonService> {
  const count: Interceptor = (next) => (request) => {
    onCall();
    return next(request);
  };
  return createClient(
    BatonService,
    createRouterTransport(({ service }) => void service(BatonService, server), { router: { interceptors: [count] } }),
  );
}

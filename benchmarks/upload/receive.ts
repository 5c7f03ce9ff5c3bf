import { createServer } from 'node:http2';
import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { connectNodeAdapter } from '@connectrpc/connect-node';

export interface ReceiverAddress {
  readonly url: string;
}

/** A server that reads uploads and keeps nothing; says where it listens. */
export async function receive(): Promise<void> {
  const server = createServer(
    connectNodeAdapter({
      routes: ({ service }) => {
        service(BatonService, {
          async uploadAsset(parts) {
            for await (const _ of parts);
            return {};
          },
        });
      },
    }),
  );
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` } satisfies ReceiverAddress));
  });
}

import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { type Client, Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createTransport } from '@connectrpc/connect/protocol-grpc';
import type { Clock } from '../http/clock.ts';
import type { ClientSecretKey } from '../provision/credentials/client-secret-key.ts';
import type { ClientId } from './credentials.ts';
import { callOver } from './http2-client.ts';
import { Session } from './session.ts';
import { TokenSource } from './token.ts';
import { postTokenForm } from './token-request.ts';
import type { Trust } from './trust.ts';

export interface ChannelOptions {
  readonly clientId: ClientId;
  readonly key: Pick<ClientSecretKey, 'privateKey' | 'kid'>;
  readonly trust: Trust;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** A way to call the server: connected when the first call is made, and again whenever that is needed. */
export interface Channel {
  readonly client: Client<typeof BatonService>;
  /** Ends every call that is under way. */
  close(): void;
}

/** The library below, in the place of grpc-go and its version. */
const library = 'connect-es/2.2.0';
/** What a Go client receives at most (`service-protocol.md §3`). */
const maxMessageBytes = 4 * 1024 * 1024;

/** gRPC over one TLS connection, with a token on each call (`service-protocol.md §3`). */
export function openChannel({ clientId, key, trust, env, clock }: ChannelOptions): Channel {
  const { server } = clientId;
  const session = new Session({ server, env, trust });
  const tokens = new TokenSource({
    clientId,
    key,
    clock,
    post: (form, signal) => postTokenForm(session, server, form, signal),
  });
  const transport = createTransport({
    baseUrl: server.origin,
    httpClient: callOver(session, server.label),
    useBinaryFormat: true,
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0,
    readMaxBytes: maxMessageBytes,
    // The server says what it takes.
    writeMaxBytes: 2 ** 32 - 1,
    interceptors: [identify(`${clientId.name} baton-sdk/v0.25.0 ${library}`), authorize(tokens)],
  });
  return { client: createClient(BatonService, transport), close: () => session.close() };
}

function identify(userAgent: string): Interceptor {
  return (next) => (request) => {
    request.header.set('user-agent', userAgent);
    return next(request);
  };
}

/** Puts a token on each call; one that the server rejects is dropped, and the call is made once more with a new one. */
function authorize(tokens: TokenSource): Interceptor {
  return (next) => async (request) => {
    for (let tries = 1; ; tries += 1) {
      const authorization = await tokens.authorization(request.signal);
      request.header.set('authorization', authorization.reveal());
      try {
        return await next(request);
      } catch (error) {
        if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
        tokens.drop(authorization);
        // What a stream has sent is gone; whoever uploads begins again.
        if (tries > 1 || request.stream) throw error;
      }
    }
  };
}

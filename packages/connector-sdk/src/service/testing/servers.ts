import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createSecureServer } from 'node:http2';
import { connect, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { tls } from './c1.ts';

async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

/**
 * Answers every path with an HTML page, as a captive portal does.
 *
 * @param givesTokens all but the token endpoint
 */
export function serveHtml(t: TestContext, status: number, givesTokens = false): Promise<number> {
  const server = createSecureServer({ ...tls }, (request, response) => {
    if (givesTokens && request.url === '/auth/v1/token') {
      response.end(JSON.stringify({ access_token: 'opaque', token_type: 'Bearer', expires_in: 600 }));
      return;
    }
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<html><body>Sign in to the network</body></html>');
  });
  return listen(t, server);
}

/** TLS without ALPN, as something in between that inspects it leaves it. */
export function serveWithoutAlpn(t: TestContext): Promise<number> {
  return listen(
    t,
    createTlsServer({ ...tls }, (socket) => socket.on('error', () => {})),
  );
}

/** A proxy that connects to `port` at 127.0.0.1 whatever it is asked for, and notes what that was. */
export async function serveProxy(t: TestContext, port: number): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(target).pipe(socket);
    });
    socket.on('error', () => target.destroy());
    target.on('error', () => socket.destroy());
  });
  return { port: await listen(t, proxy), asked };
}

export function serveRefusingProxy(t: TestContext): Promise<number> {
  const proxy = createHttpServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
  return listen(t, proxy);
}

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The decoded `on-behalf-of` header; empty when there is none. */
  readonly onBehalfOf: string;
  /** As it came; empty when there is none. */
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** Sent only when this has ended, well or badly. */
  readonly after?: Promise<unknown>;
}

/** A server that answers as the test says, for cases that no well-meant simulator would produce. */
export class SmallSendGrid {
  readonly asked: Asked[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: (asked: Asked) => Answer): Promise<SmallSendGrid> {
    const server = createServer((request, response) => void respond(request, response));
    const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const url = new URL(request.url ?? '/', 'http://sendgrid');
      const { headers, method = '' } = request;
      const onBehalfOf = String(headers['on-behalf-of'] ?? '');
      let sent = '';
      for await (const chunk of request) sent += String(chunk);
      const asked = { method, path: url.pathname, query: url.searchParams, headers, onBehalfOf, body: sent };
      small.asked.push(asked);
      const { status = 200, body, headers: extra = {}, after } = answer(asked);
      const send = () => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf8', ...extra });
        response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
      };
      if (after === undefined) send();
      else void after.then(send, send);
    };
    const small = new SmallSendGrid(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return small;
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  /** The requests so far, as `path` or `path as subuser`. */
  get paths(): readonly string[] {
    return this.asked.map(({ path, onBehalfOf }) => (onBehalfOf === '' ? path : `${path} as ${onBehalfOf}`));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Where a service belongs, as its client id says (`service-protocol.md §1`). */
export interface ClientId {
  /** As it was given. */
  readonly text: string;
  /** What stands before the `@`: part of the user agent. */
  readonly name: string;
  /** Whom the assertion is for: the host of the client id without its port, whatever host is called. */
  readonly audience: string;
  /** The server that is called. */
  readonly server: ServerAddress;
}

export interface ServerAddress {
  /** Without brackets when it is an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** Both, for messages: `c1.example:8443`; the port only when it is not 443. */
  readonly label: string;
  readonly origin: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const shape = 'NAME@HOST/USE, for example quick-otter-1234@acme.conductor.one/pcc';

/**
 * Reads a client id. `BATON_C1_API_HOST` (`host` or `host:port`) replaces the host that is called, never the audience.
 *
 * @param source what the person set it with, for messages: `--client-id`, `BATON_CLIENT_ID`
 */
export function readClientId(text: string, source: string, env: Environment): ClientId {
  const wrong = (what: string): BatonError =>
    new BatonError(Code.InvalidArgument, `${source} is not a client id: ${what}. It should look like ${shape}`);
  if (/[\s\p{Cc}]/u.test(text)) throw wrong('it holds white space');
  const at = text.indexOf('@');
  if (at < 0) throw wrong('there is no "@" after the name');
  if (at === 0) throw wrong('the name before the "@" is empty');
  const slash = text.indexOf('/', at);
  if (slash < 0) throw wrong('there is no "/" after the host');
  const own = readAddress(text.slice(at + 1, slash));
  if (own === undefined) throw wrong(`"${text.slice(at + 1, slash)}" between "@" and "/" is not a host or host:port`);
  const override = env['BATON_C1_API_HOST'] ?? '';
  const server = override === '' ? own : readAddress(override);
  if (server === undefined) {
    throw new BatonError(
      Code.InvalidArgument,
      `BATON_C1_API_HOST is "${override}", which is not a host or host:port, for example c1.example:8443`,
    );
  }
  return { text, name: text.slice(0, at), audience: own.hostname, server };
}

function readAddress(text: string): ServerAddress | undefined {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^\s:/?#@[\]\\]+))(?::(\d{1,5}))?$/.exec(text);
  const hostname = match?.[1] ?? match?.[2];
  if (hostname === undefined) return undefined;
  const port = match?.[3] === undefined ? 443 : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const bracketed = hostname.includes(':') ? `[${hostname}]` : hostname;
  const origin = URL.parse(`https://${bracketed}:${port}`)?.origin;
  if (origin === undefined) return undefined;
  return { hostname, port, label: port === 443 ? hostname : `${bracketed}:${port}`, origin };
}

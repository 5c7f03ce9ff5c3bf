import { getCACertificates } from 'node:tls';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';

export interface DispatcherOptions {
  readonly concurrency: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ca: string | undefined;
}

/** A host that does not accept a connection in this time is unreachable. */
const connectTimeoutMs = 10_000;

/** Opens connections, kept for reuse, through the proxies that the environment names. Import this file late: undici takes 60 ms to load. */
export function openDispatcher({ concurrency, env, ca }: DispatcherOptions): Dispatcher {
  // Authorities that are named replace the machine's own unless those are named too.
  const tls = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  // HTTP/1.1 has one way to fail for each request; HTTP/2 would share one connection's fate among all.
  const connect = { ...tls, allowH2: false, timeout: connectTimeoutMs };
  return new EnvHttpProxyAgent({
    connections: concurrency,
    allowH2: false,
    connect,
    requestTls: connect,
    proxyTls: connect,
    httpProxy: proxyOf(env, 'http_proxy'),
    httpsProxy: proxyOf(env, 'https_proxy'),
    noProxy: valueOf(env, 'no_proxy'),
  });
}

/** The name of the proxy setting that an address of this scheme may go through; undefined when it is not set. */
export function proxySetting(env: DispatcherOptions['env'], protocol: string): string | undefined {
  // undici falls back to the proxy for http.
  const names = protocol === 'https:' ? ['https_proxy', 'http_proxy'] : ['http_proxy'];
  return names.find((name) => valueOf(env, name) !== '')?.toUpperCase();
}

/** The empty text keeps undici from looking at the process's own environment. */
function valueOf(env: DispatcherOptions['env'], name: string): string {
  return env[name] || env[name.toUpperCase()] || '';
}

function proxyOf(env: DispatcherOptions['env'], name: string): string {
  const value = valueOf(env, name);
  if (value !== '' && !/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
    // The value may hold a password.
    throw new BatonError(
      Code.InvalidArgument,
      `${name.toUpperCase()} is not the address of a proxy: it should be like http://proxy.example:3128`,
    );
  }
  return value;
}

import { BatonError, Code } from '@baton-ts/protocol/errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for an https host; undefined: the host is called directly. */
export function proxyFor(hostname: string, port: number, env: Environment): URL | undefined {
  const text = valueOf(env, 'https_proxy');
  if (text === '' || isExempt(hostname, port, valueOf(env, 'no_proxy'))) return undefined;
  const proxy = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (proxy === null || !/^https?:$/.test(proxy.protocol)) {
    // The value may hold a password.
    throw new BatonError(
      Code.InvalidArgument,
      'HTTPS_PROXY is not the address of a proxy: it should be like http://proxy.example:3128',
    );
  }
  return proxy;
}

/** Entries of `NO_PROXY`: `*`, a host with or without a port, a domain (`.example`, `*.example` or `example`). */
function isExempt(hostname: string, port: number, list: string): boolean {
  const host = hostname.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', ofPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (ofPort !== undefined && Number(ofPort) !== port)) return false;
      return host === name || host.endsWith(`.${name}`);
    });
}

function valueOf(env: Environment, name: string): string {
  return env[name] || env[name.toUpperCase()] || '';
}

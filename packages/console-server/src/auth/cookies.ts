import type { IncomingHttpHeaders } from 'node:http';

/**
 * One cookie of the console. Under https its name begins with `__Host-`, so that no other host and no unencrypted page can
 * set it; browsers take such a name only with Secure and the path /.
 */
export class Cookie {
  readonly name: string;
  readonly #attributes: string;

  constructor(name: string, publicUrl: URL) {
    const isSecure = publicUrl.protocol === 'https:';
    this.name = isSecure ? `__Host-${name}` : name;
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  }

  /** The value of a `set-cookie` header. */
  set(value: string, lifeMs: number): string {
    return `${this.name}=${value}; Max-Age=${Math.floor(lifeMs / 1000)}; ${this.#attributes}`;
  }

  clear(): string {
    return this.set('', 0);
  }

  read({ headers }: { readonly headers: Pick<IncomingHttpHeaders, 'cookie'> }): string | undefined {
    for (const part of (headers.cookie ?? '').split(';')) {
      const [name, value] = split(part);
      if (name === this.name && value !== '') return value;
    }
    return undefined;
  }
}

function split(part: string): readonly [name: string, value: string] {
  const at = part.indexOf('=');
  return at < 0 ? [part.trim(), ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** Older versions are broken (`service-protocol.md §3`). */
const minVersion = 'TLSv1.2';

/**
 * All authorities that count here: Node's own with `NODE_EXTRA_CA_CERTS`, and the machine's, which `SSL_CERT_FILE` and
 * `SSL_CERT_DIR` replace as in Go (`service-protocol.md §15`). Costs some megabytes: make one.
 *
 * @param ca further authorities, PEM
 */
export function trustedAuthorities(ca: readonly string[] = []): SecureContext {
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system'), ...ca]);
  return createSecureContext({ ca: [...all], minVersion });
}

/** Whom a connection trusts: first those that Node knows, and when that is not enough, all of `trustedAuthorities`. */
export class Trust {
  readonly #ca: readonly string[];
  #context = createSecureContext({ minVersion });
  #isWhole = false;

  /** @param ca further authorities, PEM */
  constructor(ca: readonly string[] = []) {
    this.#ca = ca;
  }

  get context(): SecureContext {
    return this.#context;
  }

  /** Takes in the rest; false when there is none. */
  widen(): boolean {
    if (this.#isWhole) return false;
    this.#context = trustedAuthorities(this.#ca);
    this.#isWhole = true;
    return true;
  }
}

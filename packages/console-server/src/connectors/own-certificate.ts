import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate, type Tls } from '@baton-ts/c1-server';
import { AUTHORITY_FILE, type Authorities, bundleOf, type OpenParts, openAuthorities } from './own-authority.ts';
import type { ServedTls } from './served-tls.ts';
import { writeWhole } from './whole-file.ts';

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 90;
/** One with less left is replaced. */
const RENEW_MS = 30 * DAY_MS;
/** An authority that ends within this time is spoken of in the log, each day. */
const ENDS_SOON_MS = 730 * DAY_MS;

/** A certificate that the console makes itself and renews in time; its key is in the memory of the process alone. */
export async function ownCertificate(parts: OpenParts): Promise<ServedTls> {
  const certificate = new OwnCertificate(parts, await openAuthorities(parts));
  // An earlier program left them: the key of the listener lies in no folder any more.
  for (const name of ['cert.pem', 'key.pem']) rmSync(join(parts.dataDir, name), { force: true });
  return certificate;
}

class OwnCertificate implements ServedTls {
  readonly #parts: OpenParts;
  #authorities: Authorities;
  #tls: Tls;
  #toldMs = 0;

  constructor(parts: OpenParts, authorities: Authorities) {
    this.#parts = parts;
    this.#authorities = authorities;
    this.#tls = this.#issue();
    this.#tell();
  }

  get tls(): Tls {
    return this.#tls;
  }

  get authority(): string {
    return bundleOf(this.#authorities);
  }

  async refresh(): Promise<void> {
    const { clock, logger } = this.#parts;
    const before = this.#authorities.current.cert;
    this.#authorities = await openAuthorities(this.#parts);
    const endsMs = Date.parse(new X509Certificate(this.#tls.cert).validTo);
    const isOld = !('served' in this.#authorities.current) && endsMs - clock.now() < RENEW_MS;
    if (isOld || this.#authorities.current.cert !== before) {
      this.#tls = this.#issue();
      logger.info('connectors get a new certificate', { ends: new X509Certificate(this.#tls.cert).validTo });
    }
    this.#tell();
  }

  #issue(): Tls {
    const { current } = this.#authorities;
    if ('served' in current) return current.served;
    const { hosts, clock } = this.#parts;
    return issueCertificate(current, { hosts, nowMs: clock.now(), validDays: CERTIFICATE_DAYS });
  }

  /** The file for people, and once a day what somebody has to do. */
  #tell(): void {
    const { clock, dataDir, logger } = this.#parts;
    const { current, next } = this.#authorities;
    const path = join(dataDir, AUTHORITY_FILE);
    writeWhole(path, this.authority);
    const ends = new X509Certificate(current.cert).validTo;
    if (clock.now() - this.#toldMs < DAY_MS) return;
    this.#toldMs = clock.now();
    if (next !== undefined) {
      logger.warn('the authority of connectors is to be replaced', {
        ends,
        why: 'served' in current ? 'an earlier version made it, which did not keep its key' : 'it was renewed',
        to_do: `Give every self-hosted connector the file ${path}, which holds the old authority and the new one. Then run: console authority switch`,
      });
    } else if (Date.parse(ends) - clock.now() < ENDS_SOON_MS) {
      logger.warn('the authority of connectors ends', { ends, to_do: 'Run: console authority renew' });
    }
  }
}

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type Logger, newAuthority } from '@baton-ts/c1-server';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { z } from 'zod';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import { readSecret, saveSecret } from '../settings/secrets.ts';
import type { Store } from '../store/store.ts';
import { ownContext } from './finish-sync.ts';
import { textOf } from './whole-file.ts';

/** For people, who give it to connectors elsewhere. In the data folder. */
export const AUTHORITY_FILE = 'ca.pem';

/** Sealed in the database, so that all processes have the same and a backup holds it. */
const OWNER = 'connectors';
const NAME = 'authority';
const LOCK = 'connector authority';

/** Connectors elsewhere have a copy of the authority: one that ends takes a visit to each of them. */
const AUTHORITY_DAYS = 30 * 365;
/** What an earlier program made is served until so shortly before its end. */
const LAST_DAYS_MS = 7 * 86_400_000;

const pair = z.object({ cert: z.string(), key: z.string() });
const authorities = z.object({
  /** That of an earlier program has no key: all that it ever signs is there. */
  current: z.union([pair, z.object({ cert: z.string(), served: pair })]),
  /** Handed out beside the current one, until connectors elsewhere know it. */
  next: pair.optional(),
});
export type Authorities = z.infer<typeof authorities>;

export interface AuthorityParts {
  readonly store: Store;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly audit: AuditLog;
}

export interface OpenParts extends AuthorityParts {
  readonly dataDir: string;
  readonly logger: Logger;
  /** Names and addresses by which connectors reach this process. */
  readonly hosts: readonly string[];
}

/** Those that vouch for the console now and soon, in PEM. */
export function bundleOf({ current, next }: Authorities): string {
  return current.cert + (next?.cert ?? '');
}

/** @returns `undefined` when the console has not made one yet */
async function readAuthorities({ store, box }: AuthorityParts): Promise<Authorities | undefined> {
  return parse(await readSecret(store.db, box, OWNER, NAME));
}

/**
 * The authorities of this console, made at the first call. What an earlier program left in the data folder, whose authority
 * has no key, is taken over, with a next authority beside it. Where it cannot go on, because its certificate ends or is for
 * another host, the next one takes its place.
 */
export async function openAuthorities(parts: OpenParts): Promise<Authorities> {
  const { dataDir, hosts, logger } = parts;
  const nowMs = parts.clock.now();
  const known = await readAuthorities(parts);
  if (known !== undefined && maySign(known.current, hosts, nowMs)) return known;
  return await change(parts, (before) => {
    const found = before ?? foundInFolder(dataDir, nowMs) ?? { current: freshAuthority(nowMs) };
    if (maySign(found.current, hosts, nowMs)) return found;
    logger.warn('the certificate of an earlier version ends or is for another host', {
      hosts,
      to_do: `Connectors elsewhere need the file ${join(dataDir, AUTHORITY_FILE)} anew.`,
    });
    return { current: found.next ?? freshAuthority(nowMs) };
  });
}

/** Makes the authority that follows, which connectors elsewhere get to know before it is used. */
export async function renewAuthority(parts: AuthorityParts): Promise<Authorities> {
  return await change(parts, (before) => {
    if (before === undefined) throw noneYet();
    if (before.next !== undefined) {
      throw new BatonError(
        Code.FailedPrecondition,
        'A next authority has been made already. When every self-hosted connector has the file, run: console authority switch',
      );
    }
    return { ...before, next: freshAuthority(parts.clock.now()) };
  });
}

/** From now on the next authority signs; connectors that do not know it are not served any more. */
export async function switchAuthority(parts: AuthorityParts): Promise<Authorities> {
  return await change(parts, (before) => {
    if (before === undefined) throw noneYet();
    if (before.next === undefined) {
      throw new BatonError(
        Code.FailedPrecondition,
        'There is no other authority to switch to. Make one with: console authority renew',
      );
    }
    return { current: before.next };
  });
}

async function change(
  { store, box, clock, audit }: AuthorityParts,
  next: (before: Authorities | undefined) => Authorities,
): Promise<Authorities> {
  return await store.transaction(async (trx) => {
    await store.lock(trx, LOCK);
    const before = parse(await readSecret(trx, box, OWNER, NAME));
    const after = next(before);
    if (after === before) return after;
    const value = JSON.stringify(after);
    await saveSecret(trx, box, { owner: OWNER, name: NAME, value, savedBy: '', nowMs: clock.now() });
    await audit.append(trx, ownContext(''), {
      action: 'settings.connector_authority_changed',
      before: named(before),
      after: named(after),
    });
    return after;
  });
}

function named(kept: Authorities | undefined): Record<string, string> {
  if (kept === undefined) return {};
  const nameOf = (cert: string): string => {
    const { subject, fingerprint256 } = new X509Certificate(cert);
    return `${subject.replace(/^CN=/, '')}, SHA-256 ${fingerprint256}`;
  };
  return {
    current: nameOf(kept.current.cert),
    ...(kept.next === undefined ? {} : { next: nameOf(kept.next.cert) }),
  };
}

function freshAuthority(nowMs: number): z.infer<typeof pair> {
  return newAuthority({ name: 'Baton console authority', validDays: AUTHORITY_DAYS, nowMs });
}

function foundInFolder(dataDir: string, nowMs: number): Authorities | undefined {
  const [ca, cert, key] = [AUTHORITY_FILE, 'cert.pem', 'key.pem'].map((name) => textOf(join(dataDir, name)));
  if (ca === undefined || cert === undefined || key === undefined) return undefined;
  try {
    const served = new X509Certificate(cert);
    const isWhole = served.verify(new X509Certificate(ca).publicKey) && served.checkPrivateKey(createPrivateKey(key));
    if (!isWhole) return undefined;
  } catch {
    return undefined;
  }
  return { current: { cert: ca, served: { cert, key } }, next: freshAuthority(nowMs) };
}

/** Without its key it does for as long as the certificate that it has signed. */
function maySign(current: Authorities['current'], hosts: readonly string[], nowMs: number): boolean {
  if (!('served' in current)) return true;
  const certificate = new X509Certificate(current.served.cert);
  const isFor = (host: string): boolean =>
    (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
  return hosts.every(isFor) && Date.parse(certificate.validTo) > nowMs + LAST_DAYS_MS;
}

function parse(text: string | undefined): Authorities | undefined {
  return text === undefined ? undefined : authorities.parse(JSON.parse(text));
}

function noneYet(): BatonError {
  return new BatonError(
    Code.FailedPrecondition,
    'The console has no authority of its own: it makes one at its first start without --tls-cert.',
  );
}

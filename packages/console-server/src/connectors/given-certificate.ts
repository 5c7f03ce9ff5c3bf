import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger, Tls } from '@baton-ts/c1-server';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ServedTls } from './served-tls.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  /** The authority, where it is a private one. */
  readonly authority?: string | undefined;
}

/**
 * A certificate that others renew in its files: they are read again at each `refresh`. Files that do not belong together,
 * as in the middle of being replaced, change nothing and are told in the log.
 *
 * @throws BatonError `FailedPrecondition` when there is no certificate with its key to begin with
 */
export function givenCertificate(paths: CertificatePaths, logger: Logger): ServedTls {
  let now = readCertificate(paths);
  let problem = '';
  return {
    get tls() {
      return now.tls;
    },
    get authority() {
      return now.authority;
    },
    async refresh() {
      try {
        const read = readCertificate(paths);
        if (JSON.stringify(read) !== JSON.stringify(now)) {
          now = read;
          logger.info('another certificate was given', { ends: new X509Certificate(now.tls.cert).validTo });
        }
        problem = '';
      } catch (error) {
        const said = BatonError.from(error, 'reading the certificate').message;
        if (said !== problem)
          logger.error('the certificate could not be read again; the one before is served', { error });
        problem = said;
      }
    },
  };
}

function readCertificate({ cert, key, authority }: CertificatePaths): { tls: Tls; authority: string | undefined } {
  const tls = {
    cert: readPem(cert, '--tls-cert'),
    key: readPem(key, '--tls-key'),
  };
  const ca = authority === undefined || authority === '' ? undefined : readPem(authority, '--tls-ca');
  if (ca !== undefined) parsed(ca, `${authority} (--tls-ca)`, (text) => new X509Certificate(text));
  const certificate = parsed(tls.cert, `${cert} (--tls-cert)`, (text) => new X509Certificate(text));
  const privateKey = parsed(tls.key, `${key} (--tls-key)`, createPrivateKey);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new BatonError(Code.FailedPrecondition, `The key in ${key} is not the one of the certificate in ${cert}.`);
  }
  return { tls, authority: ca };
}

function readPem(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BatonError(
      Code.FailedPrecondition,
      path === ''
        ? `${flag} is missing: --tls-cert and --tls-key belong together.`
        : `${path}, which ${flag} names, cannot be read.`,
      { cause },
    );
  }
}

function parsed<Value>(text: string, where: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (cause) {
    throw new BatonError(Code.FailedPrecondition, `${where} is not PEM of the kind that it has to be.`, { cause });
  }
}

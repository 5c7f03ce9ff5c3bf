import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Settings } from '../cli/settings.ts';

/** Where telemetry goes, and which (`cli.md §A.2`, the `--otel-*` flags). */
export interface Collector {
  /** `host:port`. */
  readonly address: string;
  /** Without TLS. */
  readonly insecure: boolean;
  /** Certificate authorities, PEM; undefined: those that this machine trusts. */
  readonly ca: string | undefined;
  readonly traces: boolean;
  readonly logs: boolean;
}

const endpointFlag = 'otel-collector-endpoint';
const pathFlag = 'otel-collector-endpoint-tls-cert-path';
const certFlag = 'otel-collector-endpoint-tls-cert';
const insecureFlag = 'otel-collector-endpoint-tls-insecure';
/** Of OTLP over gRPC. */
const defaultPort = 4317;
/** A bundle of every public authority takes 250 KiB. */
const maxCertificateBytes = 1024 * 1024;

/**
 * Reads the settings of telemetry. Undefined: no collector is named, or both kinds of data are turned off.
 *
 * @throws BatonError that names the setting that is wrong
 */
export function collectorOf(settings: Settings): Collector | undefined {
  const endpoint = settings.string(endpointFlag).trim();
  const traces = !settings.bool('otel-tracing-disabled');
  const logs = !settings.bool('otel-logging-disabled');
  const source = (flag: string): string => settings.source(flag) ?? flag;
  if (endpoint === '') {
    const [lonely] = [pathFlag, certFlag, insecureFlag].flatMap((flag) => settings.source(flag) ?? []);
    if (lonely === undefined) return undefined;
    throw new BatonError(
      Code.Unknown,
      `${lonely} is about the connection to a collector, and none is named: set --${endpointFlag} as well`,
    );
  }
  const [path, inline] = [settings.string(pathFlag), settings.string(certFlag)];
  if (path !== '' && inline !== '') {
    throw new BatonError(
      Code.Unknown,
      `${source(pathFlag)} and ${source(certFlag)} were both set; only one is possible`,
    );
  }
  const { address, scheme } = parseEndpoint(endpoint, source(endpointFlag));
  const insecure = settings.bool(insecureFlag) || scheme === 'http';
  if (!insecure && isIP(address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) !== 0) {
    throw new BatonError(
      Code.Unknown,
      `${source(endpointFlag)} names the collector by its address, and its certificate cannot be checked then; give its host name, or --${insecureFlag}`,
    );
  }
  const cert = path === '' ? certFlag : pathFlag;
  if (insecure && (path !== '' || inline !== '')) {
    const plain = scheme === 'http' ? `${source(endpointFlag)} begins with http://` : `${source(insecureFlag)} is set`;
    throw new BatonError(Code.Unknown, `${plain}, so there is no certificate to check; unset ${source(cert)}`);
  }
  if (!traces && !logs) return undefined;
  const pem = path === '' ? inlineCertificate(inline) : readCertificate(path, source(pathFlag));
  if (pem !== '') checkCertificate(pem, source(cert));
  return { address, insecure, ca: pem === '' ? undefined : pem, traces, logs };
}

function parseEndpoint(endpoint: string, source: string): { address: string; scheme: string | undefined } {
  const [, scheme] = /^(https?):\/\//.exec(endpoint) ?? [];
  const url = URL.parse(scheme === undefined ? `https://${endpoint}` : endpoint);
  const extra = url === null ? '' : `${url.username}${url.password}${url.search}${url.hash}${url.pathname.slice(1)}`;
  if (url === null || url.hostname === '' || extra !== '') {
    throw new BatonError(
      Code.Unknown,
      `${source} is no address of a collector: it should be like collector.example.com:${defaultPort}`,
    );
  }
  // URL drops a port that is the scheme's own.
  const [, written] = /:(\d+)\/?$/.exec(endpoint) ?? [];
  return { address: `${url.hostname}:${written ?? defaultPort}`, scheme };
}

/** The Go connector takes base64url, though it promises PEM; both can be told apart. */
function inlineCertificate(text: string): string {
  return text.includes('-----BEGIN') || text === '' ? text : Buffer.from(text.trim(), 'base64url').toString('utf8');
}

function readCertificate(path: string, source: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= maxCertificateBytes) return bytes.toString('utf8');
  } catch (cause) {
    throw new BatonError(Code.Unknown, `${source} names "${path}", which cannot be read`, { cause });
  }
  throw new BatonError(Code.Unknown, `${source} names "${path}", which is too large to be a certificate`);
}

function checkCertificate(pem: string, source: string): void {
  try {
    // Reads the first of several.
    return void new X509Certificate(pem);
  } catch (cause) {
    throw new BatonError(Code.Unknown, `${source} is no certificate in PEM, and no base64url of one`, { cause });
  }
}

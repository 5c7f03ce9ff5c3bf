import { existsSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FlagValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { readAnchors } from './audit/anchors.ts';
import { createAuditLog } from './audit/append.ts';
import { verifyChain } from './audit/verify.ts';
import { backUp, restore } from './backup/backup.ts';
import type { Clock } from './clock.ts';
import { compose } from './compose.ts';
import { changeAuthority } from './connectors/change-authority.ts';
import { type CertificatePaths, givenCertificate } from './connectors/given-certificate.ts';
import { textOf } from './connectors/whole-file.ts';
import { missingRoutes } from './http/api-routes.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { rotateKey } from './settings/rotate-key.ts';
import { openKeyRing, secretBox } from './settings/secret-box.ts';
import { openStore, type StorePlace } from './store/open-store.ts';

type Settings = Readonly<Record<string, FlagValue>>;

/** Requests that are under way at the end get so long. */
const STOP_MS = 10_000;

const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal, ref: false });
  },
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

export async function runCommand(
  command: string,
  words: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  // Whatever is made here or by a process started from here is for its owner only.
  process.umask(0o077);
  // Whole: hosted connectors run in folders of their own.
  const dataDir = resolve(String(settings['data-dir']));
  const databaseUrl = String(settings['database-url'] ?? '');
  const place: StorePlace = { dataDir, ...(databaseUrl === '' ? {} : { databaseUrl }) };
  if (command === 'start') return await start(place, settings, signal);
  if (command === 'backup' || command === 'restore') {
    const [folder] = words;
    if (folder === undefined) throw new BatonError(Code.Unknown, `usage: console ${command} FOLDER`);
    const { files, bytes } = await (command === 'backup' ? backUp(place, folder, clock) : restore(folder, place));
    print(`${command === 'backup' ? 'Backed up' : 'Restored'} ${files} files, ${bytes} bytes.`);
    return 0;
  }
  const store = await openStore({ ...place, clock });
  try {
    if (command === 'rotate-key') {
      const ring = await openKeyRing({ store, dataDir, keyText: process.env['BATON_CONSOLE_KEY'] });
      print(`Sealed ${await rotateKey(store, ring)} secrets again.`);
      return 0;
    }
    if (command === 'authority') {
      const ring = await openKeyRing({ store, dataDir, keyText: process.env['BATON_CONSOLE_KEY'] });
      const parts = { store, clock, box: secretBox(ring), audit: createAuditLog({ store, clock }) };
      print(await changeAuthority(parts, dataDir, words[0]));
      return 0;
    }
    if (words[0] !== 'verify') throw new BatonError(Code.Unknown, 'usage: console audit verify');
    const { whole, records, brokenAt, reason, headHash } = await verifyChain(
      store.db,
      await readAnchors(dataDir),
      signal,
    );
    print(
      whole
        ? `The chain is whole: ${records} records, newest hash ${headHash}.`
        : `The chain is broken at record ${brokenAt}. ${reason}`,
    );
    return whole ? 0 : Code.DataLoss;
  } finally {
    await store.close();
  }
}

async function start(place: StorePlace, settings: Settings, signal: AbortSignal): Promise<number> {
  const port = Number(settings['http-port']);
  const host = String(settings['host']);
  const paths = certificatePaths(settings);
  const publicUrlText = String(settings['public-url'] ?? '');
  const publicUrl = urlOf(
    publicUrlText === '' ? `${paths === undefined ? 'http' : 'https'}://localhost:${port}` : publicUrlText,
  );
  const logger = createLogger({
    clock,
    level: String(settings['log-level']) as LogLevel,
    format: process.stderr.isTTY ? 'plain' : 'json',
    write: (line) => void process.stderr.write(line),
  });
  const given = paths === undefined ? undefined : givenCertificate(paths, logger);
  // With PostgreSQL nobody else makes it.
  makeDataFolder(place.dataDir);
  const store = await openStore({ ...place, clock });
  try {
    const proxies = settings['trusted-proxies'];
    const webDir = webFolder();
    const connectorHost = String(settings['connector-host']);
    const connectorPort = Number(settings['connector-port']);
    const { http, firstStart, connectors, routes, runBackground } = await compose({
      store,
      clock,
      logger,
      publicUrl,
      given,
      dataDir: place.dataDir,
      keyText: process.env['BATON_CONSOLE_KEY'],
      connectors: {
        host,
        port: connectorPort,
        publicHost: connectorPort === 443 ? connectorHost : `${connectorHost}:${connectorPort}`,
        names: [...new Set([connectorHost, 'localhost', '127.0.0.1'])],
        localName: given === undefined ? 'localhost' : connectorHost,
      },
      trusted: extraAuthorities(),
      sendgridBaseUrl: String(settings['sendgrid-base-url'] ?? '') || undefined,
      trustedProxies: Array.isArray(proxies) ? proxies : [],
      allowPrivateIssuer: process.env['BATON_CONSOLE_ALLOW_PRIVATE_ISSUER'] === 'true',
      ...(webDir === undefined ? {} : { webDir }),
    });
    const missing = missingRoutes(routes);
    if (missing.length > 0) throw new BatonError(Code.Internal, `There is no route for ${missing.join(', ')}.`);
    await listen(http, port, host);
    connectors.start();
    const stopping = new AbortController();
    const background = runBackground(stopping.signal);
    const link = await firstStart.newLink();
    print(
      link === undefined
        ? `The console is at ${shownUrl(publicUrl, http.addresses()[0])}`
        : `The console is at ${shownUrl(new URL(link), http.addresses()[0])}\nOpen this link to make the first administrator; it is good for 24 hours and for one person.`,
    );

    await aborted(signal);
    logger.info('stopping');
    const timer = setTimeout(() => http.server.closeAllConnections(), STOP_MS);
    await http.close();
    clearTimeout(timer);
    stopping.abort();
    await Promise.all([background, connectors.stop()]);
    return 0;
  } finally {
    await store.close();
  }
}

function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new BatonError(Code.FailedPrecondition, `The data folder ${dataDir} cannot be written.`, { cause });
  }
}

/** With port 0 the real port is known only now. */
function shownUrl(publicUrl: URL, address: AddressInfo | string | undefined): string {
  const url = new URL(publicUrl);
  if (url.port === '0' && typeof address === 'object') url.port = String(address.port);
  return url.href;
}

async function listen(http: Awaited<ReturnType<typeof compose>>['http'], port: number, host: string): Promise<void> {
  try {
    await http.listen({ port, host });
  } catch (cause) {
    if (BatonError.is(cause)) throw cause;
    throw new BatonError(
      Code.FailedPrecondition,
      `The console cannot listen at ${host}:${port}. Choose another port with --http-port.`,
      { cause },
    );
  }
}

function certificatePaths(settings: Settings): CertificatePaths | undefined {
  const [cert, key, authority] = ['tls-cert', 'tls-key', 'tls-ca'].map((name) => String(settings[name] ?? ''));
  if (cert === undefined || key === undefined || `${cert}${key}` === '') return undefined;
  return { cert, key, authority };
}

/** Whom this process trusts besides the usual ones is trusted by the hosted connectors as well. */
function extraAuthorities(): string | undefined {
  const path = process.env['NODE_EXTRA_CA_CERTS'];
  return path === undefined || path === '' ? undefined : textOf(path);
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BatonError(
      Code.InvalidArgument,
      `--public-url has to be an address like https://console.example.com, not ${text}.`,
    );
  }
  return url;
}

/** Beside this package, whether it runs from its sources or bundled. */
function webFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../console-web/dist', import.meta.url));
  return existsSync(folder) ? folder : undefined;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

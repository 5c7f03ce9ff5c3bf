import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FlagValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { readAnchors } from './audit/anchors.ts';
import { verifyChain } from './audit/verify.ts';
import { backUp, restore } from './backup/backup.ts';
import type { Clock } from './clock.ts';
import { compose } from './compose.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { rotateKey } from './settings/rotate-key.ts';
import { openKeyRing } from './settings/secret-box.ts';
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
  const dataDir = String(settings['data-dir']);
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
  const tls = tlsFiles(String(settings['tls-cert'] ?? ''), String(settings['tls-key'] ?? ''));
  const given = String(settings['public-url'] ?? '');
  const publicUrl = urlOf(given === '' ? `${tls === undefined ? 'http' : 'https'}://localhost:${port}` : given);
  const logger = createLogger({
    clock,
    level: String(settings['log-level']) as LogLevel,
    format: process.stderr.isTTY ? 'plain' : 'json',
    write: (line) => void process.stderr.write(line),
  });
  const store = await openStore({ ...place, clock });
  try {
    const proxies = settings['trusted-proxies'];
    const webDir = webFolder();
    const { http, firstStart, runBackground } = await compose({
      store,
      clock,
      logger,
      publicUrl,
      tls,
      dataDir: place.dataDir,
      keyText: process.env['BATON_CONSOLE_KEY'],
      trustedProxies: Array.isArray(proxies) ? proxies : [],
      allowPrivateIssuer: process.env['BATON_CONSOLE_ALLOW_PRIVATE_ISSUER'] === 'true',
      ...(webDir === undefined ? {} : { webDir }),
    });
    await listen(http, port, host);
    const stopping = new AbortController();
    const background = runBackground(stopping.signal);
    print(`The console is at ${publicUrl.href}`);
    const link = await firstStart.newLink();
    if (link !== undefined) print(`Open this link to make the first administrator (good for 24 hours):\n  ${link}`);

    await aborted(signal);
    logger.info('stopping');
    const timer = setTimeout(() => http.server.closeAllConnections(), STOP_MS);
    await http.close();
    clearTimeout(timer);
    stopping.abort();
    await background;
    return 0;
  } finally {
    await store.close();
  }
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

function tlsFiles(certFile: string, keyFile: string): { cert: string; key: string } | undefined {
  if (certFile === '' && keyFile === '') return undefined;
  try {
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } catch (cause) {
    throw new BatonError(Code.FailedPrecondition, '--tls-cert and --tls-key have to name two files that can be read.', {
      cause,
    });
  }
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

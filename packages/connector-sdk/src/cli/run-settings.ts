import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { FlagSpec } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { SyncOptions } from '../sync/options.ts';
import { builtInFlags } from './built-in-flags.ts';
import type { Environment, Settings } from './settings.ts';

/** More processors than this do not make a sync faster: it waits for the other side (`cli.md §A.2`, `--workers -1`). */
const MAX_AUTOMATIC_WORKERS = 4;

const builtInNames: ReadonlySet<string> = new Set(builtInFlags.map(({ name }) => name));

export function syncOptions(settings: Settings): SyncOptions {
  const automatic = settings.source('workers') === undefined && settings.bool('parallel-sync');
  const workers = automatic ? -1 : settings.int('workers');
  return {
    syncResources: settings.strings('sync-resources'),
    syncResourceTypes: settings.strings('sync-resource-types'),
    skipEntitlementsAndGrants: settings.bool('skip-entitlements-and-grants'),
    skipGrants: settings.bool('skip-grants'),
    keepSyncCount: settings.bool('skip-cleanup') ? Number.MAX_SAFE_INTEGER : settings.int('keep-sync-count'),
    giveUpAfterMs: settings.int('give-up-after-seconds') * 1000,
    // The connector's own: what it is opened with decides which rows there are.
    settings: settings.textWithout(builtInNames),
    workers: workers === -1 ? Math.min(availableParallelism(), MAX_AUTOMATIC_WORKERS) : Math.max(1, workers),
  };
}

export function logFormat(settings: Settings): 'json' | 'console' {
  const format = settings.string('log-format').toLowerCase();
  if (format === 'json' || format === 'console') return format;
  return process.stdout.isTTY ? 'console' : 'json';
}

/** When debug logging ends (`--log-level-debug-expires-at`); undefined: never. */
export function debugUntil(settings: Settings): Date | undefined {
  const name = 'log-level-debug-expires-at';
  const text = settings.string(name);
  if (text === '') return undefined;
  const [, day] = /^\d{4}-\d\d-(\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const time = new Date(text.toUpperCase());
  // A day that its month does not have becomes one of the next month.
  const isDay = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day);
  if (day !== undefined && isDay && !Number.isNaN(time.getTime())) return time;
  throw new BatonError(
    Code.Unknown,
    `${settings.source(name)} is "${text}"; it must be a point in time as in RFC 3339, like 2030-01-31T12:00:00Z`,
  );
}

export function secretsOf(specs: readonly FlagSpec[], settings: Settings): string[] {
  return specs.filter((spec) => spec.secret).map((spec) => settings.string(spec.name));
}

export function tempDirOf(settings: Settings, env: Environment): string | undefined {
  const named = settings.string('c1z-temp-dir');
  const folder = named === '' ? env['BATON_TMPDIR'] : named;
  if (folder === undefined || folder === '') return undefined;
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return folder;
  const source = settings.source('c1z-temp-dir') ?? 'BATON_TMPDIR';
  throw new BatonError(Code.Unknown, `${source} names "${folder}", which is not an existing folder`);
}

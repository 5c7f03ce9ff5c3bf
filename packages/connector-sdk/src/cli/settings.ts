import { defaultOf, envName, type FlagSpec, type FlagValue, parseValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ConfigFields, ConfigValues } from '../config-fields.ts';
import { Secret } from '../secret.ts';
import { type ConfigFile, findConfigFile, readConfigFile } from './config-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  readonly value: FlagValue;
  /** What the person set it with, for messages: `--workers`, `BATON_WORKERS`, `"workers" in .baton.yaml`. Undefined: default. */
  readonly source: string | undefined;
}

/** The settings of one run, merged: flag > environment > config file > default, lists included. */
export class Settings {
  readonly #settings: ReadonlyMap<string, Setting>;

  constructor(settings: ReadonlyMap<string, Setting>) {
    this.#settings = settings;
  }

  #value(name: string): FlagValue {
    const setting = this.#settings.get(name);
    if (setting === undefined) throw new BatonError(Code.Internal, `there is no setting "${name}"`);
    return setting.value;
  }

  /** Where the setting came from; undefined when nobody set it. */
  source(name: string): string | undefined {
    return this.#settings.get(name)?.source;
  }

  string(name: string): string {
    const value = this.#value(name);
    return typeof value === 'string' ? value : '';
  }

  bool(name: string): boolean {
    return this.#value(name) === true;
  }

  int(name: string): number {
    const value = this.#value(name);
    return typeof value === 'number' ? value : 0;
  }

  strings(name: string): readonly string[] {
    const value = this.#value(name);
    return typeof value === 'object' ? value : [];
  }

  /** Every setting but those named, as one text that can be compared with another run's. */
  textWithout(names: ReadonlySet<string>): Secret {
    const others = [...this.#settings].filter(([name]) => !names.has(name)).map(([name, { value }]) => [name, value]);
    return new Secret(JSON.stringify(others));
  }

  /** The connector's own values, secrets wrapped. */
  connectorValues<Fields extends ConfigFields>(fields: Fields): ConfigValues<Fields> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        if (field.kind === 'secret') return [name, new Secret(this.string(name))];
        return [name, this.#value(name)];
      }),
    );
  }
}

/** Merges and checks everything that was set. Throws one `BatonError` that names every wrong setting of the first bad kind. */
export async function loadSettings(
  specs: readonly FlagSpec[],
  flags: ReadonlyMap<string, FlagValue>,
  env: Environment,
): Promise<{ settings: Settings; warnings: readonly string[] }> {
  const path = findConfigFile(env);
  const none: ConfigFile = { values: new Map(), warnings: [] };
  const file = path === undefined ? none : await readConfigFile(path, specs);
  const settings = new Map<string, Setting>();
  for (const spec of specs) settings.set(spec.name, settingOf(spec, flags, env, file.values, path ?? ''));
  check(specs, settings);
  return { settings: new Settings(settings), warnings: file.warnings };
}

function settingOf(
  spec: FlagSpec,
  flags: ReadonlyMap<string, FlagValue>,
  env: Environment,
  file: ReadonlyMap<string, FlagValue>,
  path: string,
): Setting {
  const fromFlag = flags.get(spec.name);
  if (fromFlag !== undefined) return { value: fromFlag, source: `--${spec.name}` };
  const variable = envName(spec.name);
  const text = env[variable];
  if (text !== undefined && text !== '') {
    return { value: parseValue(spec.kind, text, variable, spec.secret !== true), source: variable };
  }
  const fromFile = file.get(spec.name);
  if (fromFile !== undefined) return { value: fromFile, source: `"${spec.name}" in ${path}` };
  return { value: defaultOf(spec), source: undefined };
}

function check(specs: readonly FlagSpec[], settings: ReadonlyMap<string, Setting>): void {
  const missing = specs.filter((spec) => spec.required && isEmpty(settings.get(spec.name)?.value));
  if (missing.length > 0) {
    const names = missing.map((spec) => `"${spec.name}"`).join(', ');
    const variables = missing.map((spec) => envName(spec.name)).join(', ');
    throw new BatonError(Code.Unknown, `required flag(s) ${names} not set; give the flag or set ${variables}`);
  }
  for (const spec of specs) {
    const setting = settings.get(spec.name);
    if (spec.unavailable === undefined || setting?.source === undefined || isEmpty(setting.value)) continue;
    throw new BatonError(
      Code.Unimplemented,
      `${setting.source} is set, but ${spec.unavailable} is not available in this version; unset it to run a sync`,
    );
  }
  const faults = specs.flatMap((spec) => ruleFault(spec, settings.get(spec.name)) ?? []);
  if (faults.length === 1) throw new BatonError(Code.Unknown, faults[0] ?? '');
  if (faults.length > 1) throw new BatonError(Code.Unknown, `errors found:\n${faults.join('\n')}`);
  if (settings.get('skip-grants')?.value === true && isEmpty(settings.get('sync-resources')?.value)) {
    throw new BatonError(Code.Unknown, 'skip-grants needs sync-resources: name the resources to sync without grants');
  }
  const lonely = ['health-check-port', 'health-check-bind-address'].flatMap((name) => settings.get(name)?.source ?? []);
  if (lonely.length > 0 && settings.get('health-check')?.value === false) {
    throw new BatonError(
      Code.Unknown,
      `${lonely[0]} is set, but not health-check: give --health-check or set BATON_HEALTH_CHECK=true as well`,
    );
  }
}

function isEmpty(value: FlagValue | undefined): boolean {
  return value === undefined || value === '' || value === false || (typeof value === 'object' && value.length === 0);
}

function ruleFault(spec: FlagSpec, setting: Setting | undefined): string | undefined {
  if (setting?.source === undefined) return undefined;
  const { value, source } = setting;
  if (spec.name === 'storage-engine' && value === 'pebble') {
    return `field storage-engine (${source}): value must be sqlite; this program neither reads nor writes pebble files`;
  }
  const folded = typeof value === 'string' && spec.name.startsWith('log-') ? value.toLowerCase() : value;
  if (spec.oneOf !== undefined && typeof folded === 'string' && !spec.oneOf.includes(folded)) {
    const allowed = spec.oneOf.filter((word) => word !== '').join(', ');
    return `field ${spec.name} (${source}): value must be one of ${allowed}, not "${folded}"`;
  }
  if (typeof value !== 'number') return undefined;
  if (spec.min !== undefined && value < spec.min) {
    return `field ${spec.name} (${source}): value must be at least ${spec.min}, not ${value}`;
  }
  if (spec.max !== undefined && value > spec.max) {
    return `field ${spec.name} (${source}): value must be at most ${spec.max}, not ${value}`;
  }
  return undefined;
}

import { existsSync, readFileSync, statSync } from 'node:fs';
import { closest, type FlagSpec, type FlagValue, parseValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Far above any real settings file, far below what would hurt. */
const MAX_CONFIG_BYTES = 2 * 1024 * 1024;

/** The endings tried for `.baton` in the current directory, in this order; the content is always YAML (`cli.md §A.5`). */
const ENDINGS = ['json', 'toml', 'yaml', 'yml', 'properties', 'props', 'prop', 'hcl', 'tfvars', 'dotenv', 'env', 'ini'];

/** The config file of this run: `BATON_CONFIG_PATH`, else `.baton` in the current directory; undefined when there is none. */
export function findConfigFile(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = env['BATON_CONFIG_PATH'];
  if (named !== undefined && named !== '') {
    if (!/\.ya?ml$/.test(named)) {
      throw new BatonError(Code.Unknown, `BATON_CONFIG_PATH names "${named}", which must end in .yaml or .yml`);
    }
    return named;
  }
  return [...ENDINGS.map((ending) => `.baton.${ending}`), '.baton'].find(
    (path) => existsSync(path) && statSync(path).isFile(),
  );
}

export interface ConfigFile {
  readonly values: ReadonlyMap<string, FlagValue>;
  /** Keys that are no setting of this program: told, not refused, since a file may serve several connectors. */
  readonly warnings: readonly string[];
}

/** Reads the settings of a config file. Keys are flag names, in any case. */
export async function readConfigFile(path: string, specs: readonly FlagSpec[]): Promise<ConfigFile> {
  const text = readText(path);
  // Only who has a config file waits for the parser to load.
  const { parseYaml } = await import('./parse-yaml.ts');
  const content = parseYaml(text, path);
  if (content === null || content === undefined) return { values: new Map(), warnings: [] };
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new BatonError(Code.Unknown, `the config file ${path} must hold settings, one "name: value" on each line`);
  }
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const values = new Map<string, FlagValue>();
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    const spec = byName.get(key.toLowerCase());
    if (spec === undefined) {
      const guess = closest(key.toLowerCase(), [...byName.keys()]);
      const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
      warnings.push(`the config file ${path} has an unknown setting "${key}", which is ignored${hint}`);
      continue;
    }
    if (value !== null && value !== '')
      values.set(spec.name, fileValue(spec, value, `"${key}" of the config file ${path}`));
  }
  return { values, warnings };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_CONFIG_BYTES) {
      throw new BatonError(Code.Unknown, `the config file ${path} is larger than 2 MiB`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (BatonError.is(error)) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = missing ? 'does not exist' : 'cannot be read';
    throw new BatonError(Code.Unknown, `the config file ${path} ${reason}`, { cause: error });
  }
}

function fileValue(spec: FlagSpec, value: unknown, where: string): FlagValue {
  if (spec.kind === 'strings' && Array.isArray(value)) return value.map(String);
  if (typeof value === 'string') return parseValue(spec.kind, value, where, spec.secret !== true);
  if (typeof value === 'number' || typeof value === 'boolean') {
    return parseValue(spec.kind, String(value), where, spec.secret !== true);
  }
  throw new BatonError(Code.Unknown, `${where} must be a single value${spec.kind === 'strings' ? ' or a list' : ''}`);
}

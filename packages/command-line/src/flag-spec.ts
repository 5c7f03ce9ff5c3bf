export type FlagKind = 'string' | 'bool' | 'int' | 'strings';
export type FlagValue = string | boolean | number | readonly string[];

/** One setting that can come from a flag, a `BATON_*` variable or the config file. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly kind: FlagKind;
  readonly default?: FlagValue;
  readonly description: string;
  /** The heading under which `--help` lists it. */
  readonly group: string;
  readonly hidden?: boolean;
  /** Exported by `config` as an operator's setting. */
  readonly ops?: boolean;
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly oneOf?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What this version cannot do yet: setting the flag is refused with this reason. */
  readonly unavailable?: string;
}

/** The environment variable of a flag (`cli.md §A.2`): `log-level` → `BATON_LOG_LEVEL`. */
export function envName(flagName: string): string {
  return `BATON_${flagName.toUpperCase().replaceAll('-', '_')}`;
}

/** What a setting is when nobody set it. */
export function defaultOf(spec: FlagSpec): FlagValue {
  if (spec.default !== undefined) return spec.default;
  if (spec.kind === 'bool') return false;
  if (spec.kind === 'int') return 0;
  return spec.kind === 'strings' ? [] : '';
}

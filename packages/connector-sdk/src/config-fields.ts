import type { Secret } from './secret.ts';

interface FieldCommon {
  /** One sentence for `--help` and for the settings page. */
  readonly description: string;
  /** The label on a settings page. */
  readonly displayName?: string;
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Works but is not listed in `--help` nor exported in the config schema. */
  readonly hidden?: boolean;
}

export interface StringField extends FieldCommon {
  readonly kind: 'string';
  readonly default?: string;
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
}
/** A string that is given to the connector as a `Secret`. */
export interface SecretField extends FieldCommon {
  readonly kind: 'secret';
}
export interface BoolField extends FieldCommon {
  readonly kind: 'bool';
  readonly default?: boolean;
}
export interface IntField extends FieldCommon {
  readonly kind: 'int';
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}
export interface StringListField extends FieldCommon {
  readonly kind: 'strings';
  readonly default?: readonly string[];
}

export type ConfigField = StringField | SecretField | BoolField | IntField | StringListField;

/**
 * A connector's own configuration, by flag name. `sendgrid-api-key` is `--sendgrid-api-key`, `BATON_SENDGRID_API_KEY` and
 * the key of that name in the config file.
 */
export type ConfigFields = Readonly<Record<string, ConfigField>>;

type ValueOf<F extends ConfigField> = F extends StringField
  ? string
  : F extends SecretField
    ? Secret
    : F extends BoolField
      ? boolean
      : F extends IntField
        ? number
        : readonly string[];

/** The validated values, by flag name. Unset: `''`, an empty `Secret`, `false`, 0 or `[]`, unless the field has a default. */
export type ConfigValues<Fields extends ConfigFields> = { readonly [Name in keyof Fields]: ValueOf<Fields[Name]> };

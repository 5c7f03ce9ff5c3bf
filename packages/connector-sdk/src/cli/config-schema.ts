import type { FlagSpec } from '@baton-ts/command-line';
import type { ConfigField } from '../config-fields.ts';
import type { ConnectorOutline } from '../run-connector.ts';
import { builtInFlags } from './built-in-flags.ts';

/**
 * What `config` prints: `c1.config.v1.Configuration` as protobuf JSON (`cli.md §A.8`), written by hand so that the command
 * starts without the message library. Settings that this version refuses are left out.
 */
export function configSchemaJson(outline: ConnectorOutline): string {
  const operators = builtInFlags.filter((spec) => spec.ops === true && spec.unavailable === undefined);
  const own = Object.entries(outline.fields).filter(([, field]) => field.hidden !== true);
  const byRank = (spec: FlagSpec): number => OPERATORS_ORDER.indexOf(spec.name);
  const document = {
    fields: [
      ...operators.toSorted((a, b) => byRank(a) - byRank(b)).map(operatorField),
      ...own.map(([name, field]) => connectorField(name, field)),
    ],
    displayName: outline.displayName,
    ...(outline.helpUrl === undefined ? {} : { helpUrl: outline.helpUrl }),
    ...(outline.iconUrl === undefined ? {} : { iconUrl: outline.iconUrl }),
  };
  return JSON.stringify(document, undefined, 2).replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter);
}

const OPERATORS_ORDER = [
  'log-level',
  'log-level-debug-expires-at',
  'otel-collector-endpoint',
  'otel-collector-endpoint-tls-cert-path',
  'otel-collector-endpoint-tls-cert',
  'otel-collector-endpoint-tls-insecure',
  'otel-tracing-disabled',
  'otel-logging-disabled',
  'health-check',
  'health-check-port',
  'health-check-bind-address',
  'http-timeout-seconds',
];

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function operatorField(spec: FlagSpec): object {
  const common = { name: spec.name, description: spec.description, isOps: true };
  if (spec.kind === 'int') {
    return { ...common, intField: intField(spec.default === undefined ? 0 : Number(spec.default), spec.min, spec.max) };
  }
  if (spec.kind === 'bool') return { ...common, boolField: {} };
  return { ...common, stringField: spec.default === undefined ? {} : { defaultValue: spec.default } };
}

function connectorField(name: string, field: ConfigField): object {
  return {
    name,
    ...(field.displayName === undefined ? {} : { displayName: field.displayName }),
    description: field.description,
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
    ...(field.required === true ? { isRequired: true } : {}),
    ...(field.kind === 'secret' ? { isSecret: true } : {}),
    ...fieldValue(field),
  };
}

function fieldValue(field: ConfigField): object {
  const required = field.required === true ? { rules: { isRequired: true } } : {};
  switch (field.kind) {
    case 'secret':
      return { stringField: required };
    case 'string': {
      const options = field.oneOf?.map((value) => ({ name: value, value, displayName: value }));
      const value = field.default === undefined || field.default === '' ? {} : { defaultValue: field.default };
      return { stringField: { ...value, ...required, ...(options === undefined ? {} : { options }) } };
    }
    case 'bool':
      return { boolField: field.default === true ? { defaultValue: true } : {} };
    case 'int':
      return { intField: intField(field.default ?? 0, field.min, field.max) };
    case 'strings':
      return { stringSliceField: field.default === undefined ? {} : { defaultValue: field.default } };
  }
}

/** 64-bit numbers are strings in protobuf JSON. */
function intField(value: number, min: number | undefined, max: number | undefined): object {
  const rules = {
    ...(max === undefined ? {} : { lte: String(max) }),
    ...(min === undefined ? {} : { gte: String(min) }),
  };
  return {
    ...(value === 0 ? {} : { defaultValue: String(value) }),
    ...(Object.keys(rules).length === 0 ? {} : { rules }),
  };
}

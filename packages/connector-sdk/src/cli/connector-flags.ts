import type { FlagSpec } from '@baton-ts/command-line';
import type { ConfigField, ConfigFields } from '../config-fields.ts';

/** The flags that a connector's own fields become. */
export function connectorFlags(fields: ConfigFields, displayName: string): FlagSpec[] {
  return Object.entries(fields).map(([name, field]) => connectorFlag(name, field, displayName));
}

function connectorFlag(name: string, field: ConfigField, group: string): FlagSpec {
  const common = {
    name,
    description: field.description,
    group,
    required: field.required ?? false,
    hidden: field.hidden ?? false,
  };
  switch (field.kind) {
    case 'secret':
      return { ...common, kind: 'string', secret: true };
    case 'string':
      return {
        ...common,
        kind: 'string',
        ...(field.default === undefined ? {} : { default: field.default }),
        ...(field.oneOf === undefined ? {} : { oneOf: field.oneOf }),
      };
    case 'int':
      return {
        ...common,
        kind: 'int',
        ...(field.default === undefined ? {} : { default: field.default }),
        ...(field.min === undefined ? {} : { min: field.min }),
        ...(field.max === undefined ? {} : { max: field.max }),
      };
    case 'bool':
      return { ...common, kind: 'bool', ...(field.default === undefined ? {} : { default: field.default }) };
    case 'strings':
      return { ...common, kind: 'strings', ...(field.default === undefined ? {} : { default: field.default }) };
  }
}

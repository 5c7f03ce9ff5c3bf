import type { ConfigField, configValue } from '@baton-ts/console-api';
import type { z } from 'zod';

export type ConfigValue = z.infer<typeof configValue>;

export interface ConnectorConfig {
  readonly values: Readonly<Record<string, ConfigValue>>;
  /** Names of the secrets that are saved. */
  readonly secrets: ReadonlySet<string>;
}

/** What is wrong with values that somebody wants to save, by field: sentences that hold no value of a secret. */
export function configProblems(
  fields: readonly ConfigField[],
  values: Readonly<Record<string, ConfigValue>>,
  secrets: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const known = new Map(fields.map((field) => [field.name, field]));
  const problems: [string, string][] = [];
  for (const [name, value] of Object.entries(values)) {
    const field = known.get(name);
    const problem = field === undefined ? 'There is no such setting.' : valueProblem(field, value);
    if (problem !== undefined) problems.push([`values.${name}`, problem]);
  }
  for (const [name, value] of Object.entries(secrets)) {
    const field = known.get(name);
    const problem = field?.kind !== 'secret' ? 'There is no such secret.' : secretProblem(field, value);
    if (problem !== undefined) problems.push([`secrets.${name}`, problem]);
  }
  return Object.fromEntries(problems);
}

function valueProblem({ kind, displayName, options }: ConfigField, value: ConfigValue): string | undefined {
  switch (kind) {
    case 'secret':
      return `${displayName} is a secret. Send it among the secrets.`;
    case 'bool':
      return typeof value === 'boolean' ? undefined : `${displayName} is on or off.`;
    case 'int':
      return Number.isSafeInteger(value) ? undefined : `${displayName} is a whole number.`;
    case 'strings':
      // They reach the connector as one list with commas.
      return Array.isArray(value) && value.every((text) => !/[,\p{Cc}"]/u.test(text))
        ? undefined
        : `${displayName} is a list of texts without commas and quotation marks.`;
    case 'choice':
      return options.some((option) => option.value === value)
        ? undefined
        : `${displayName} is one of ${options.map((option) => option.value).join(', ')}.`;
    case 'string':
      return typeof value === 'string' && !/\p{Cc}/u.test(value) ? undefined : `${displayName} is one line of text.`;
  }
}

function secretProblem({ displayName }: ConfigField, value: string | null): string | undefined {
  if (value === null) return undefined;
  if (value === '') return `${displayName} is empty. Leave it out to keep the saved one, or clear it.`;
  return /[\p{Cc}\s]/u.test(value) ? `${displayName} has a space or a line break in it. Copy it again.` : undefined;
}

/** The first required setting that has no value; undefined when the connector has all it needs. */
export function missingSetting(
  fields: readonly ConfigField[],
  { values, secrets }: ConnectorConfig,
): string | undefined {
  return fields.find(({ required, kind, name, defaultValue }) => {
    if (!required) return false;
    return kind === 'secret' ? !secrets.has(name) : (values[name] ?? defaultValue ?? '') === '';
  })?.displayName;
}

/** How a setting is called and written in the environment of a connector (`service-protocol.md §1`). */
export function environmentOf(values: Readonly<Record<string, ConfigValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      variableOf(name),
      Array.isArray(value) ? value.join(',') : `${value}`,
    ]),
  );
}

export function variableOf(name: string): string {
  return `BATON_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** For what was read from YAML or JSON and has no type of ours. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at the end of the names; undefined where there is nothing. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((at, name) => (isRecord(at) ? at[name] : undefined), value);
}

/** The same, of a list; empty where there is none. */
export function fields(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = field(value, ...names);
  return Array.isArray(found) ? found : [];
}

import { defaultOf, envName, type FlagSpec } from './flag-spec.ts';

/**
 * The flags under their headings, as `--help` lists them.
 *
 * @param withEnv whether every flag can also come from a `BATON_*` variable, which is then named
 */
export function flagSections(specs: readonly FlagSpec[], withEnv: boolean): string[] {
  const shown = specs.filter((spec) => spec.hidden !== true);
  const width = Math.max(...shown.map((spec) => flagText(spec).length)) + 3;
  const groups = [...new Set(shown.map((spec) => spec.group))];
  return groups.flatMap((group) => [
    `${group}:`,
    ...shown
      .filter((spec) => spec.group === group)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((spec) => `  ${flagText(spec).padEnd(width)}${describe(spec, withEnv)}`),
    '',
  ]);
}

function flagText(spec: FlagSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  return `${short}--${spec.name}${spec.kind === 'bool' ? '' : ` ${spec.kind}`}`;
}

function describe(spec: FlagSpec, withEnv: boolean): string {
  const value = defaultOf(spec);
  const shown = typeof value === 'string' ? `"${value}"` : String(value);
  const ending = value === '' || value === false || value === 0 || shown === '' ? '' : ` (default ${shown})`;
  const env = !withEnv || spec.name === 'help' || spec.name === 'version' ? '' : ` ($${envName(spec.name)})`;
  return `${spec.required === true ? 'required: ' : ''}${spec.description}${env}${ending}`;
}

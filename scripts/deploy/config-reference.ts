import type { FlagSpec } from '@baton-ts/command-line';
import { flagsOf, type Program, variablesOf } from './variables.ts';

/** The settings of a program, by the headings of its help, as tables in Markdown. */
export function configReference(program: Program): string {
  const flags = flagsOf(program).filter((flag) => variablesOf(program, flag).length > 0);
  const groups = [...new Set(flags.map(({ group }) => group))];
  return groups
    .map((group) => {
      const rows = flags.filter((flag) => flag.group === group).map((flag) => rowOf(program, flag));
      const title = groups.length > 1 ? `**${group}**\n\n` : '';
      return `${title}| Flag | Variable | Without it | What it is |\n|---|---|---|---|\n${rows.join('\n')}`;
    })
    .join('\n\n');
}

/** The page with the tables of each program between its markers. */
export function withReferences(page: string): string {
  return page.replaceAll(
    /(<!-- settings of (baton-sendgrid|console): [^>]*-->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, start: string, program: Program, end: string) => `${start}\n${configReference(program)}\n\n${end}`,
  );
}

function rowOf(program: Program, flag: FlagSpec): string {
  const short = flag.short === undefined ? '' : `, \`-${flag.short}\``;
  const variables = variablesOf(program, flag).filter((name) => !name.startsWith('CONSOLE_'));
  const cells = [
    `\`--${flag.name}\`${short}`,
    variables.map((name) => `\`${name}\``).join(', '),
    withoutIt(flag),
    `${flag.description}${valuesOf(flag)}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

function withoutIt({ required, default: value, kind }: FlagSpec): string {
  if (required === true) return 'required';
  if (value === undefined || value === '' || value === false) return kind === 'bool' ? '`false`' : '–';
  return `\`${String(value)}\``;
}

/** Whatever the description does not say. */
function valuesOf({ description, oneOf = [], min, max, kind }: FlagSpec): string {
  const words = oneOf.filter((word) => word !== '');
  if (words.length > 1 && !words.some((word) => description.includes(word))) return ` (${words.join(', ')})`;
  if (kind === 'int' && min !== undefined && max !== undefined) return ` (${min} to ${max.toLocaleString('en')})`;
  return '';
}

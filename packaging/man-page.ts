import { defaultOf, type FlagSpec, type ProgramDescription } from '@baton-ts/command-line';

/** The manual page of a program in mdoc, from what its `--help` is made of. */
export function manPage(program: ProgramDescription, timeSeconds: number): string {
  const { name, summary, flags, commands, variablesOf } = program;
  const shown = visible(flags);
  const day = new Date(timeSeconds * 1000);
  const date = `${day.toLocaleString('en', { month: 'long', timeZone: 'UTC' })} ${day.getUTCDate()}, ${day.getUTCFullYear()}`;
  const variables = shown.filter((flag) => variablesOf(flag).length > 0);
  return [
    `.Dd ${date}`,
    `.Dt ${name.toUpperCase()} 1`,
    '.Os',
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${text(firstLower(summary.replace(/\.$/, '')))}`,
    '.Sh SYNOPSIS',
    `.Nm ${name}`,
    '.Op Ar command',
    '.Op Ar flags',
    '.Sh DESCRIPTION',
    text(summary),
    '.Sh COMMANDS',
    '.Bl -tag -width Ds',
    ...commands
      .filter((command) => command.hidden !== true)
      .flatMap((command) => [
        `.It Ic ${escaped(command.usage)}`,
        ...prose(command.details === '' ? `${command.summary}.` : command.details.replaceAll('NAME', name)),
        ...nested(visible(command.flags ?? [])),
      ]),
    '.El',
    '.Sh OPTIONS',
    ...optionList(shown),
    ...(variables.length === 0
      ? []
      : [
          '.Sh ENVIRONMENT',
          'A flag on the command line wins over its variable.',
          '.Bl -tag -width Ds',
          ...variables.flatMap((flag) => [`.It Ev ${variablesOf(flag).join(' , Ev ')}`, `.Fl -${flag.name}`]),
          '.El',
        ]),
    '.Sh EXIT STATUS',
    '.Ex -std',
    'The number tells the kind of the error, as gRPC numbers them.',
    '',
  ].join('\n');
}

const visible = (flags: readonly FlagSpec[]): FlagSpec[] =>
  flags.filter((flag) => flag.hidden !== true).sort((a, b) => (a.name < b.name ? -1 : 1));

const nested = (flags: readonly FlagSpec[]): string[] => (flags.length === 0 ? [] : optionList(flags));

function optionList(flags: readonly FlagSpec[]): string[] {
  return [
    '.Bl -tag -width Ds',
    ...flags.flatMap((flag) => {
      const short = flag.short === undefined ? '' : `${flag.short} , Fl `;
      const value = flag.kind === 'bool' ? '' : ` Ar ${flag.kind}`;
      return [`.It Fl ${short}-${flag.name}${value}`, ...prose(about(flag))];
    }),
    '.El',
  ];
}

function about(flag: FlagSpec): string {
  const value = defaultOf(flag);
  const shown = Array.isArray(value) ? value.join(',') : String(value);
  const hasDefault = shown !== '' && value !== false && value !== 0;
  return `${flag.required === true ? 'Required. ' : ''}${flag.description.replace(/\.$/, '')}.${hasDefault ? ` Default: ${shown}.` : ''}`;
}

const firstLower = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

/** Indented lines stay as they are; empty ones part paragraphs. */
function prose(words: string): string[] {
  let isLiteral = false;
  const lines: string[] = [];
  for (const line of words.split('\n')) {
    const wantsLiteral = line.startsWith('  ');
    if (wantsLiteral !== isLiteral && line !== '') {
      lines.push(wantsLiteral ? '.Bd -literal -offset indent' : '.Ed');
      isLiteral = wantsLiteral;
    }
    if (line === '') {
      if (!isLiteral && lines.length > 0) lines.push('.Pp');
    } else lines.push(isLiteral ? escaped(line.slice(2)) : text(line));
  }
  if (isLiteral) lines.push('.Ed');
  // The list or display that follows makes its own space.
  return lines.filter((line, index) => !(line === '.Pp' && (lines[index + 1]?.startsWith('.Bd') ?? true)));
}

/** Words as mdoc wants them: no macro, every sentence on a line of its own, no line too long. */
function text(words: string): string {
  return words
    .replaceAll(/([^.][.!?]) (?=[A-Z])/g, '$1\n')
    .split('\n')
    .flatMap((sentence) => sentence.match(/.{1,76}(?:\s|$)|\S+/g) ?? [])
    .map((line) => escaped(line.trim()))
    .join('\n');
}

const SPECIAL: Readonly<Record<string, string>> = {
  '…': '...',
  '→': '\\(->',
  '’': '\\(cq',
  '–': '\\(en',
  '≥': '\\(>=',
};

function escaped(line: string): string {
  const safe = line.replaceAll('\\', '\\e').replaceAll(/[…→’–≥]/g, (sign) => SPECIAL[sign] ?? sign);
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}

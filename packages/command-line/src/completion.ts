import { type CommandSpec, type Shell, shells } from './command-spec.ts';
import type { FlagSpec } from './flag-spec.ts';

interface CompletedProgram {
  readonly name: string;
  readonly commands: readonly CommandSpec[];
  readonly specs: readonly FlagSpec[];
  /** Whether the shell shows what each word means. */
  readonly descriptions: boolean;
}

/** A script that makes a shell complete the program's commands and flags. */
export function completionScript(shell: Shell, program: CompletedProgram): string {
  const write = { bash, zsh, fish, powershell }[shell];
  return write({
    ...program,
    commands: program.commands.filter((command) => command.hidden !== true),
    specs: program.specs.filter((spec) => spec.hidden !== true),
  });
}

const functionName = (name: string): string => `_${name.replaceAll(/\W/g, '_')}`;
/** A text inside single quotes of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bash({ name, commands, specs }: CompletedProgram): string {
  const valued = specs.filter((spec) => spec.kind !== 'bool').map((spec) => `--${spec.name}`);
  const choices = specs
    .filter((spec) => spec.oneOf !== undefined)
    .map(
      (spec) =>
        `    --${spec.name}) COMPREPLY=($(compgen -W ${quoted((spec.oneOf ?? []).join(' ').trim())} -- "$word")); return ;;`,
    );
  return `# bash completion for ${name}
${functionName(name)}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$before" in
    completion) COMPREPLY=($(compgen -W ${quoted(shells.join(' '))} -- "$word")); return ;;
${choices.join('\n')}
    ${['-f', ...valued].join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W ${quoted(specs.map((spec) => `--${spec.name}`).join(' '))} -- "$word"))
  else
    COMPREPLY=($(compgen -W ${quoted(commands.map((command) => command.name).join(' '))} -- "$word"))
  fi
}
complete -F ${functionName(name)} ${name}
`;
}

function zsh({ name, commands, specs, descriptions }: CompletedProgram): string {
  const plain = (text: string): string => text.replaceAll(/[[\]:\\]/g, '\\$&');
  const lines = specs.map((spec) => {
    const about = descriptions ? `[${plain(spec.description)}]` : '';
    const values = spec.oneOf === undefined ? '_files' : `(${spec.oneOf.join(' ').trim()})`;
    return `    ${quoted(`--${spec.name}${spec.kind === 'bool' ? '' : '='}${about}${spec.kind === 'bool' ? '' : `:${spec.kind}:${values}`}`)}`;
  });
  const names = commands.map((command) =>
    descriptions ? `${command.name}\\:${quoted(command.summary)}` : command.name,
  );
  const choice = descriptions ? `((${names.join(' ')}))` : `(${names.join(' ')})`;
  return `#compdef ${name}
${functionName(name)}() {
  _arguments \\
${lines.join(' \\\n')} \\
    "1:command:${choice}" \\
    '2:argument:(${[...shells, ...commands.map((command) => command.name)].join(' ')})'
}
compdef ${functionName(name)} ${name}
`;
}

function fish({ name, commands, specs, descriptions }: CompletedProgram): string {
  const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const about = (value: string): string => (descriptions ? ` -d ${text(value)}` : '');
  return [
    `# fish completion for ${name}`,
    ...commands.map(
      (command) => `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name}${about(command.summary)}`,
    ),
    `complete -c ${name} -n '__fish_seen_subcommand_from completion' -f -a ${text(shells.join(' '))}`,
    ...specs.map((spec) => {
      const short = spec.short === undefined ? '' : ` -s ${spec.short}`;
      const value = spec.kind === 'bool' ? '' : ' -r';
      const choices = spec.oneOf === undefined ? '' : ` -f -a ${text(spec.oneOf.join(' ').trim())}`;
      return `complete -c ${name} -l ${spec.name}${short}${value}${choices}${about(spec.description)}`;
    }),
    '',
  ].join('\n');
}

function powershell({ name, commands, specs, descriptions }: CompletedProgram): string {
  const text = (value: string): string => `'${value.replaceAll(/['’]/g, "''")}'`;
  const items = [
    ...commands.map((command) => [command.name, command.summary] as const),
    ...specs.map((spec) => [`--${spec.name}`, spec.description] as const),
  ];
  return `# powershell completion for ${name}
Register-ArgumentCompleter -Native -CommandName ${text(name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  @(
${items.map(([word, about]) => `    [PSCustomObject]@{ Word = ${text(word)}; About = ${text(descriptions ? about : word)} }`).join('\n')}
  ) | Where-Object { $_.Word -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Word, $_.Word, 'ParameterValue', $_.About)
  }
}
`;
}

import {
  abortOnInterrupt,
  defaultOf,
  endProgram,
  flagSections,
  parseArguments,
  parseValue,
  versionText,
} from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { commands, ownVersion, flags as specs, summary, variablesOf } from './command-flags.ts';

let exitCode: number = 0;
try {
  exitCode = await run(process.argv.slice(2));
} catch (error) {
  const shown = BatonError.from(error, 'console');
  process.stderr.write(`${shown.message}\n`);
  exitCode = shown.code;
}
await endProgram(exitCode);

async function run(args: readonly string[]): Promise<number> {
  const { flags, words } = parseArguments(args, specs);
  const settings = Object.fromEntries(
    specs.map((spec) => [spec.name, flags.get(spec.name) ?? fromEnvironment(spec.name)]),
  );
  const [command = 'start', ...rest] = words;
  if (settings['version'] === true) {
    process.stdout.write(versionText('console', ownVersion, settings['output'] === 'json'));
    return 0;
  }
  if (settings['help'] === true || command === 'help') {
    process.stdout.write(help());
    return 0;
  }
  if (!commands.some(({ name }) => name === command)) {
    throw new BatonError(Code.Unknown, `unknown command "${command}"; --help lists the commands`);
  }
  using interrupt = abortOnInterrupt();
  const { runCommand } = await import('./run-command.ts');
  return await runCommand(command, rest, settings, interrupt.signal);
}

function fromEnvironment(name: string) {
  const spec = specs.find((one) => one.name === name);
  if (spec === undefined) throw new BatonError(Code.Internal, `there is no flag --${name}`);
  for (const variable of variablesOf(spec)) {
    const text = process.env[variable];
    if (text !== undefined && text !== '') return parseValue(spec.kind, text, variable, spec.secret !== true);
  }
  return defaultOf(spec);
}

function help(): string {
  return [
    summary,
    '',
    'Usage:',
    '  console [command] [flags]',
    '',
    'Commands:',
    ...commands.map(({ usage, summary }) => `  ${usage.padEnd(18)}${summary}`),
    '',
    ...flagSections(specs, false),
    'Each flag can also come from BATON_CONSOLE_<FLAG> or CONSOLE_<FLAG>. BATON_CONSOLE_KEY holds the key of the secrets.',
    '',
  ].join('\n');
}

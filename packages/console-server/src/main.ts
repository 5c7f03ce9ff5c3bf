import {
  abortOnInterrupt,
  defaultOf,
  endProgram,
  flagSections,
  parseArguments,
  parseValue,
} from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { commands, flags as specs } from './command-flags.ts';

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
  const suffix = name.toUpperCase().replaceAll('-', '_');
  for (const variable of [
    `BATON_CONSOLE_${suffix}`,
    `CONSOLE_${suffix}`,
    ...(name === 'database-url' ? ['DATABASE_URL'] : []),
  ]) {
    const text = process.env[variable];
    if (text !== undefined && text !== '') return parseValue(spec.kind, text, variable, spec.secret !== true);
  }
  return defaultOf(spec);
}

function help(): string {
  return [
    'Governance for SendGrid and every other Baton connector: who has access to what.',
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

import { abortOnInterrupt, endProgram, versionText } from '@baton-ts/command-line';
import { BatonError } from '@baton-ts/protocol/errors';
import { readInvocation } from './cli/find-command.ts';
import { commandHelp, rootHelp } from './cli/help.ts';
import { version } from './cli/version.ts';
import { commands } from './commands/registry.ts';
import { oneLine } from './output/text-width.ts';
import { tellWriteErrors } from './output/write-errors.ts';

tellWriteErrors(process.stdout);
let exitCode = 0;
try {
  exitCode = await run(process.argv.slice(2));
} catch (error) {
  const shown = BatonError.from(error, 'baton');
  process.stderr.write(`${shown.message.split('\n').map(oneLine).join('\n')}\n`);
  exitCode = shown.code;
}
await endProgram(exitCode);

async function run(args: readonly string[]): Promise<number> {
  const { command, flags, words } = readInvocation(args, commands);
  if (flags.bool('version')) {
    const isJson = (name: string) => flags.string(name) === 'json';
    const asJson = isJson('output-format') || (command === undefined && isJson('output'));
    process.stdout.write(versionText('baton', version, asJson));
    return 0;
  }
  if (command === undefined || flags.bool('help')) {
    process.stdout.write(command === undefined ? rootHelp(commands) : commandHelp(command));
    return 0;
  }
  using interrupt = abortOnInterrupt();
  return (await command.run({ flags, words, commands, signal: interrupt.signal })) ?? 0;
}

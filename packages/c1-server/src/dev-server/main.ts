import { abortOnInterrupt, completionScript, defaultOf, endProgram, shells } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { allFlags, commands, globalFlags, serverFlags } from './commands.ts';
import { commandHelp, rootHelp } from './help.ts';
import { type Flags, findCommand, type Invocation, readInvocation, withJsonText } from './invocation.ts';

/** As in `package.json`; a test keeps the two together. */
const VERSION = '0.1.0';

let exitCode = 0;
try {
  exitCode = await run(readInvocation(process.argv.slice(2)));
} catch (error) {
  const shown = BatonError.from(error, 'baton-dev-server');
  process.stderr.write(`${shown.message}\n`);
  exitCode = shown.code;
}
await endProgram(exitCode);

async function run({ command, words, flags }: Invocation): Promise<number> {
  const print = (text: string): void => void process.stdout.write(text);
  if (flags['version'] === true) print(`baton-dev-server version ${VERSION}\n`);
  else if (flags['help'] === true) print(command === undefined ? rootHelp() : commandHelp(command));
  else if (command?.name === 'help') print(helpAbout(words[0]));
  else if (command?.name === 'completion') print(completion(words[0] ?? ''));
  else return await withServer({ command, words, flags }, print);
  return 0;
}

async function withServer({ command, words, flags }: Invocation, print: (text: string) => void): Promise<number> {
  using interrupt = abortOnInterrupt();
  const { signal } = interrupt;
  const dir = String(valueOf(flags, 'dir'));
  if (command === undefined) {
    const { serve } = await import('./serve.ts');
    await serve({
      dir,
      port: Number(valueOf(flags, 'port')),
      bind: String(valueOf(flags, 'bind')),
      host: String(valueOf(flags, 'host')),
      newCredential: flags['new-credential'] === true,
      print,
      input: process.stdin.isTTY ? process.stdin : undefined,
      signal,
    });
    return 0;
  }
  const { sendCommand } = await import('./control.ts');
  const request = { name: command.name, words, flags: await withJsonText(flags, process.stdin) };
  return await sendCommand(dir, request, (line) => print(`${line}\n`), signal);
}

function helpAbout(name: string | undefined): string {
  const command = findCommand(name);
  return command === undefined ? rootHelp() : commandHelp(command);
}

function completion(shell: string): string {
  const known = shells.find((one) => one === shell);
  if (known === undefined) throw new BatonError(Code.Unknown, `usage: completion ${shells.join('|')}`);
  return completionScript(known, {
    name: 'baton-dev-server',
    commands,
    specs: allFlags,
    descriptions: true,
  });
}

function valueOf(flags: Flags, name: string): string | number | boolean | readonly string[] {
  const spec = [...globalFlags, ...serverFlags].find((one) => one.name === name);
  if (spec === undefined) throw new BatonError(Code.Internal, `there is no flag --${name}`);
  return flags[name] ?? defaultOf(spec);
}

import {
  build,
  closest,
  completionScript,
  endProgram,
  type FlagSpec,
  type FlagValue,
  parseArguments,
  shells,
  versionText,
} from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { builtInFlags } from './cli/built-in-flags.ts';
import { commandsHere } from './cli/commands.ts';
import { connectorFlags } from './cli/connector-flags.ts';
import { generalFlags } from './cli/general-flags.ts';
import { RUN_AS_SERVICE, windowsCommands } from './cli/windows-commands.ts';
import type { ConfigFields } from './config-fields.ts';
import type { ConnectorDefinition } from './connector.ts';

/** What is known of a connector without loading it: enough for help, the config schema and completion. */
export type ConnectorOutline<Fields extends ConfigFields = ConfigFields> = Omit<
  ConnectorDefinition<Fields>,
  'open' | 'openForCapabilities'
>;

/**
 * The whole program of a connector: reads flags, `BATON_*` variables and the config file, does what was asked, and ends
 * the process with the exit code that belongs to the outcome (`cli.md §A.10`).
 *
 * @param outline what help and the config schema need; import nothing heavy for it, so that the program starts fast
 * @param load imports the connector itself; called only when its parts are needed
 *
 * @example
 * await runConnector(outline, async () => (await import('./connector.ts')).connector);
 */
export async function runConnector<Fields extends ConfigFields>(
  outline: ConnectorOutline<Fields>,
  load: () => Promise<ConnectorDefinition<Fields>>,
): Promise<void> {
  let exitCode = 0;
  try {
    await run({ ...outline, version: build?.version ?? outline.version }, load);
  } catch (error) {
    const shown = BatonError.from(error, outline.name);
    process.stderr.write(`${hideSecrets(outline.fields, shown.message)}\n`);
    exitCode = shown.code;
  }
  await endProgram(exitCode);
}

async function run<Fields extends ConfigFields>(
  outline: ConnectorOutline<Fields>,
  load: () => Promise<ConnectorDefinition<Fields>>,
): Promise<void> {
  const settings = [...connectorFlags(outline.fields, outline.displayName), ...builtInFlags];
  const specs = [...settings, ...generalFlags];
  const parsed = parseArguments(process.argv.slice(2), specs);
  const [command, ...rest] = parsed.words;

  if (parsed.flags.get('version') === true) {
    return print(versionText(outline.name, outline.version, parsed.flags.get('output') === 'json'));
  }
  if (parsed.flags.get('help') === true || command === 'help') {
    return printHelp(outline, specs, command === 'help' ? rest[0] : command);
  }
  const stray = ['endpoint', 'timeout'].find((name) => parsed.flags.has(name));
  if (stray !== undefined && command !== 'health-check') {
    throw new BatonError(
      Code.Unknown,
      `--${stray} belongs to the command health-check: "${outline.name} health-check"`,
    );
  }
  if (process.platform === 'win32' && command !== undefined) {
    if (command === RUN_AS_SERVICE) return runAsService(outline, load, settings);
    if (windowsCommands.some(({ name }) => name === command)) return serviceCommand(outline, command, parsed.flags);
  }
  switch (command) {
    case undefined: {
      const { rootCommand } = await import('./cli/root-command.ts');
      return rootCommand({ outline, load, specs: settings, flags: parsed.flags, env: process.env });
    }
    case 'config': {
      const { configSchemaJson } = await import('./cli/config-schema.ts');
      return print(configSchemaJson(outline));
    }
    case 'capabilities': {
      const { capabilitiesJson } = await import('./cli/capabilities.ts');
      return print(capabilitiesJson((await load()).openForCapabilities()));
    }
    case 'completion': {
      const shell = shells.find((one) => one === rest[0]);
      if (shell === undefined) {
        throw new BatonError(Code.Unknown, `completion needs the name of a shell: ${shells.join(', ')}`);
      }
      const descriptions = parsed.flags.get('no-descriptions') !== true;
      return print(completionScript(shell, { name: outline.name, commands: commandsHere, specs, descriptions }));
    }
    case 'health-check': {
      const { healthCheck } = await import('./cli/health-check.ts');
      return healthCheck(parsed.flags, process.env);
    }
    default:
      throw unknownCommand(outline.name, command);
  }
}

async function runAsService<Fields extends ConfigFields>(
  outline: ConnectorOutline<Fields>,
  load: () => Promise<ConnectorDefinition<Fields>>,
  specs: readonly FlagSpec[],
): Promise<void> {
  const [service, { connectToServiceManager }] = await Promise.all([
    import('./windows-service/run-as-service.ts'),
    import('./windows-service/service-control.ts'),
  ]);
  // A service has no terminal that something would have to be written to first.
  process.exit(await service.runAsService({ outline, load, specs, env: process.env }, connectToServiceManager));
}

async function serviceCommand(
  outline: ConnectorOutline,
  word: string,
  flags: ReadonlyMap<string, FlagValue>,
): Promise<void> {
  const [flag] = flags.keys();
  if (flag !== undefined) {
    throw new BatonError(Code.Unknown, `"${outline.name} ${word}" takes no flags, and --${flag} would have no effect`);
  }
  const { serviceCommand: run } = await import('./windows-service/service-commands.ts');
  const { isSea } = await import('node:sea');
  const executable = isSea() ? process.execPath : undefined;
  return run(word, { outline, env: process.env, executable, input: process.stdin, output: process.stdout });
}

async function printHelp(
  outline: ConnectorOutline,
  specs: readonly FlagSpec[],
  command: string | undefined,
): Promise<void> {
  const { commandHelp, rootHelp } = await import('./cli/help.ts');
  if (command === undefined) return print(rootHelp(outline, specs));
  const text = commandHelp(outline, command);
  if (text === undefined) throw unknownCommand(outline.name, command);
  print(text);
}

function unknownCommand(name: string, word: string): BatonError {
  const guess = closest(
    word,
    commandsHere.map((command) => command.name),
  );
  const next = guess === undefined ? `"${name} --help" lists the commands` : `did you mean "${guess}"?`;
  return new BatonError(Code.Unknown, `unknown command "${word}" for "${name}"; ${next}`);
}

/** A connector's error text should hold no secret; should one get there by a library's doing, it stops here. */
function hideSecrets(fields: ConfigFields, text: string): string {
  const own = Object.entries(fields).flatMap(([name, field]) => (field.kind === 'secret' ? [name] : []));
  const values = [...own, 'client-secret'].flatMap((name) => {
    const at = process.argv.indexOf(`--${name}`);
    const apart = at < 0 ? undefined : process.argv[at + 1];
    const joined = process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    return [apart, joined, process.env[`BATON_${name.toUpperCase().replaceAll('-', '_')}`]];
  });
  return values.reduce<string>(
    (rest, value) => (value !== undefined && value.length >= 6 ? rest.replaceAll(value, '***') : rest),
    text,
  );
}

function print(text: string): void {
  process.stdout.write(text);
}

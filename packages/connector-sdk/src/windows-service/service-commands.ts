import { rmSync } from 'node:fs';
import type { FlagSpec } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { builtInFlags } from '../cli/built-in-flags.ts';
import { connectorFlags } from '../cli/connector-flags.ts';
import type { Environment } from '../cli/settings.ts';
import { RUN_AS_SERVICE } from '../cli/windows-commands.ts';
import { type Clock, systemClock } from '../http/clock.ts';
import type { ConnectorOutline } from '../run-connector.ts';
import { askSettings } from './ask-settings.ts';
import { Prompts } from './prompts.ts';
import { refuseOverwriting, serviceFolder, writeSettings } from './service-folder.ts';
import { notInstalled, ServiceManager, type ServiceState } from './service-manager.ts';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/** What the commands of the service need of the process they run in. */
export interface ServiceCommand {
  readonly outline: ConnectorOutline;
  readonly env: Environment;
  /** The whole path of the single executable; undefined when the program is something else. */
  readonly executable: string | undefined;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** `setup`, `start`, `stop`, `status` and `remove` (`cli.md §A.12`). */
export async function serviceCommand(word: string, command: ServiceCommand): Promise<void> {
  const { outline, env, output } = command;
  const manager = new ServiceManager(outline.name, env);
  const tell = (line: string): void => void output.write(`${line}\n`);
  switch (word) {
    case 'setup':
      return await setup(command, manager);
    case 'start':
      return await start(command, manager, tell);
    case 'stop':
      await stop(command, manager);
      return tell(`The service ${outline.name} has stopped.`);
    case 'remove':
      return await remove(command, manager, tell);
    default: {
      const state = await manager.state();
      if (state === undefined) throw notInstalled(outline.name);
      return tell(state);
    }
  }
}

async function setup(
  { outline, env, executable, input, output }: ServiceCommand,
  manager: ServiceManager,
): Promise<void> {
  const { name, displayName, description } = outline;
  if (executable === undefined) {
    throw new BatonError(
      Code.FailedPrecondition,
      `a service is made of the single executable ${name}.exe, which a release offers; run its setup`,
    );
  }
  const folder = serviceFolder(name, env);
  refuseOverwriting(folder, name);
  if ((await manager.state()) !== undefined) {
    throw new BatonError(Code.AlreadyExists, `the service ${name} is installed already; "${name} remove" removes it`);
  }
  using prompts = new Prompts(input, output);
  const settings = await askSettings(askedSettings(outline), prompts);
  await writeSettings(folder, name, settings, env);
  try {
    const title = `Baton connector for ${displayName}`;
    await manager.create({ displayName: title, description, program: executable, word: RUN_AS_SERVICE });
  } catch (error) {
    rmSync(folder.configFile, { force: true });
    throw error;
  }
  prompts.tell(
    `The service ${name} is installed and starts with the machine. Its settings are in ${folder.configFile}.`,
  );
  prompts.tell(`"${name} start" starts it now; its log is ${folder.logFile}.`);
}

/** Client id and secret, without which there is no service, and the connector's own settings but lists. */
function askedSettings({ fields, displayName }: ConnectorOutline): FlagSpec[] {
  const credential = ['client-id', 'client-secret'];
  return [
    ...builtInFlags.filter(({ name }) => credential.includes(name)).map((spec) => ({ ...spec, required: true })),
    ...connectorFlags(fields, displayName).filter(({ kind, hidden }) => kind !== 'strings' && hidden !== true),
  ];
}

async function start(command: ServiceCommand, manager: ServiceManager, tell: (line: string) => void): Promise<void> {
  const { name } = command.outline;
  await manager.start();
  const state = await settled(command, manager, START_LIMIT_MS, ['Running', 'Stopped']);
  if (state === 'Running') return tell(`The service ${name} runs.`);
  const { logFile } = serviceFolder(name, command.env);
  throw new BatonError(Code.Unavailable, `the service ${name} did not start (${state}); ${logFile} says why`);
}

async function stop(command: ServiceCommand, manager: ServiceManager): Promise<void> {
  const { name } = command.outline;
  await manager.stop();
  const state = await settled(command, manager, STOP_LIMIT_MS, ['Stopped']);
  if (state === 'Stopped') return;
  throw new BatonError(
    Code.DeadlineExceeded,
    `the service ${name} has not stopped within 10 s (${state}); a change under way may take 30 s. ` +
      `Look with "${name} status"`,
  );
}

async function remove(command: ServiceCommand, manager: ServiceManager, tell: (line: string) => void): Promise<void> {
  const { name } = command.outline;
  const folder = serviceFolder(name, command.env);
  if ((await manager.state()) !== undefined) {
    await stop(command, manager);
    await manager.remove();
    tell(`The service ${name} is removed.`);
  } else {
    tell(`There is no service ${name}.`);
  }
  rmSync(folder.configFile, { force: true });
  tell(`Its settings are removed; what else is in ${folder.path} stays.`);
}

/** Looks until the state is one of those, or the time is up. */
async function settled(
  { outline, clock = systemClock }: ServiceCommand,
  manager: ServiceManager,
  limitMs: number,
  wanted: readonly ServiceState[],
): Promise<ServiceState> {
  const endMs = clock.nowMs() + limitMs;
  for (;;) {
    const state = await manager.state();
    if (state === undefined) throw notInstalled(outline.name);
    if (wanted.includes(state) || clock.nowMs() >= endMs) return state;
    await clock.sleep(LOOK_AGAIN_MS, new AbortController().signal);
  }
}

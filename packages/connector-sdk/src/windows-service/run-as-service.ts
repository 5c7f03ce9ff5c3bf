import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { FlagSpec } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { rootCommand } from '../cli/root-command.ts';
import { type Environment, loadSettings } from '../cli/settings.ts';
import type { ConfigFields } from '../config-fields.ts';
import type { ConnectorDefinition } from '../connector.ts';
import type { ConnectorOutline } from '../run-connector.ts';
import type { ServiceControl } from './service-control.ts';
import { serviceFolder } from './service-folder.ts';

/** A log that has grown beyond this when the service starts makes room for a new one. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** How the process is connected to the service manager. */
export type Connect = (name: string, onStop: () => void) => Promise<ServiceControl>;

interface RunAsService<Fields extends ConfigFields> {
  readonly outline: ConnectorOutline<Fields>;
  readonly load: () => Promise<ConnectorDefinition<Fields>>;
  readonly specs: readonly FlagSpec[];
  readonly env: Environment;
}

/**
 * Runs the connector in service mode, with the settings that `setup` has written, until Windows wants it to end. What it has to
 * say goes to a file, since a service has no terminal.
 *
 * @returns the exit code
 * @throws BatonError when a person has started it, who sees the error
 */
export async function runAsService<Fields extends ConfigFields>(
  { outline, load, specs, env }: RunAsService<Fields>,
  connect: Connect,
): Promise<number> {
  const folder = serviceFolder(outline.name, env);
  const set = { XDG_STATE_HOME: folder.path, BATON_CONFIG_PATH: folder.configFile, ...env };
  const control = await connect(outline.name, () => {
    control.stopping();
    // The same way out as elsewhere: work is saved, and the server is told.
    if (process.emit('SIGTERM', 'SIGTERM')) return;
    control.stopped(0);
    process.exit(0);
  });
  let exitCode: Code | 0 = 0;
  try {
    makeRoom(folder.logFile);
    const logged = specs.map((spec) => withDefaults(spec, folder.logFile));
    const { settings } = await loadSettings(logged, new Map(), set);
    if (settings.string('client-id') === '') {
      throw new BatonError(
        Code.Unknown,
        `${set.BATON_CONFIG_PATH} has no client-id, without which there is no service`,
      );
    }
    await rootCommand({ outline, load, specs: logged, flags: new Map(), env: set });
  } catch (error) {
    const shown = BatonError.from(error, outline.name);
    exitCode = shown.code;
    const line = { level: 'error', ts: Date.now() / 1000, caller: 'windows-service', msg: shown.message };
    appendFileSync(folder.logFile, `${JSON.stringify(line)}\n`);
  }
  // A process that ends without a word is started again; with a credential that is rejected that would not help.
  if (exitCode === 0 || exitCode === Code.Unauthenticated) control.stopped(exitCode);
  return exitCode;
}

function withDefaults(spec: FlagSpec, logFile: string): FlagSpec {
  if (spec.name === 'log-path') return { ...spec, default: [logFile] };
  return spec.name === 'log-format' ? { ...spec, default: 'json' } : spec;
}

function makeRoom(logFile: string): void {
  const bytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
}

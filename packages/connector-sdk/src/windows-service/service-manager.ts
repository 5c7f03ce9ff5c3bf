import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Environment } from '../cli/settings.ts';
import { accountOf } from './service-account.ts';
import { runSystemProgram } from './system-program.ts';

const states = {
  STOPPED: 'Stopped',
  START_PENDING: 'StartPending',
  STOP_PENDING: 'StopPending',
  RUNNING: 'Running',
  CONTINUE_PENDING: 'ContinuePending',
  PAUSE_PENDING: 'PausePending',
  PAUSED: 'Paused',
} as const;
export type ServiceState = (typeof states)[keyof typeof states];

/** Errors of Windows, which `sc.exe` ends with. */
const ACCESS_DENIED = 5;
const ALREADY_RUNNING = 1056;
const NOT_INSTALLED = 1060;
const CANNOT_TAKE_CONTROL = 1061;
const NOT_RUNNING = 1062;
const BEING_REMOVED = 1072;
const ALREADY_INSTALLED = 1073;

/** After a crash: at once nearly, then later and later. A service that ended in order is left alone. */
const RESTARTS = 'restart/10000/restart/60000/restart/300000';
const RESTARTS_FORGOTTEN_SECONDS = 86_400;

export interface NewService {
  readonly displayName: string;
  readonly description: string;
  /** The whole path of the program. */
  readonly program: string;
  /** What it is started with. */
  readonly word: string;
}

/** One service, as Windows' service manager knows it. */
export class ServiceManager {
  readonly #name: string;
  readonly #env: Environment;

  constructor(name: string, env: Environment) {
    this.#name = name;
    this.#env = env;
  }

  /** Undefined when there is no such service. */
  async state(): Promise<ServiceState | undefined> {
    const { code, stdout } = await this.#run(['query', this.#name], [NOT_INSTALLED]);
    if (code === NOT_INSTALLED) return undefined;
    // The words before the colons are those of the language of Windows, the states are not.
    const [, word] = /:\s*[1-7]\s+([A-Z_]+)/.exec(stdout) ?? [];
    for (const [name, state] of Object.entries(states)) if (name === word) return state;
    throw new BatonError(Code.Internal, `sc.exe says nothing about the state of the service ${this.#name}`);
  }

  /** Makes a service that starts with the machine, under an account of its own, and again after a crash. */
  async create({ displayName, description, program, word }: NewService): Promise<void> {
    const command = `"${program}" ${word}`;
    const account = accountOf(this.#name);
    const as = ['start=', 'auto', 'obj=', account, 'DisplayName=', displayName];
    await this.#run(['create', this.#name, 'binPath=', command, ...as]);
    await this.#run(['description', this.#name, description]);
    const after = ['reset=', String(RESTARTS_FORGOTTEN_SECONDS), 'actions=', RESTARTS];
    await this.#run(['failure', this.#name, ...after]);
  }

  /** Asks it to start; one that runs already goes on. */
  async start(): Promise<void> {
    await this.#run(['start', this.#name], [ALREADY_RUNNING]);
  }

  /** Asks it to end; one that does not run, or is about to end, is left alone. */
  async stop(): Promise<void> {
    await this.#run(['stop', this.#name], [NOT_RUNNING, CANNOT_TAKE_CONTROL]);
  }

  async remove(): Promise<void> {
    await this.#run(['delete', this.#name]);
  }

  async #run(args: readonly string[], expected: readonly number[] = []): Promise<{ code: number; stdout: string }> {
    const { code, stdout } = await runSystemProgram('sc.exe', args, this.#env);
    if (code === 0) return { code, stdout };
    // "[SC] StartService FAILED 1056:", in the language of Windows; the exit code is the same number.
    const [, named] = /^\[SC\].* (\d+):/m.exec(stdout) ?? [];
    const error = named === undefined ? code : Number(named);
    if (expected.includes(error)) return { code: error, stdout };
    throw this.#error(args[0] ?? '', error);
  }

  #error(verb: string, code: number): BatonError {
    const name = this.#name;
    switch (code) {
      case ACCESS_DENIED:
        return new BatonError(
          Code.PermissionDenied,
          `Windows does not let you ${verb} the service ${name}; open the prompt with "Run as administrator"`,
        );
      case NOT_INSTALLED:
        return notInstalled(name);
      case ALREADY_INSTALLED:
        return new BatonError(
          Code.AlreadyExists,
          `the service ${name} is installed already; "${name} remove" removes it`,
        );
      case BEING_REMOVED:
        return new BatonError(
          Code.FailedPrecondition,
          `the service ${name} is being removed; close every window that shows services, then try again`,
        );
      default:
        return new BatonError(Code.Unknown, `Windows could not ${verb} the service ${name}: error ${code}`);
    }
  }
}

export function notInstalled(name: string): BatonError {
  return new BatonError(Code.NotFound, `the service ${name} is not installed; "${name} setup" installs it`);
}

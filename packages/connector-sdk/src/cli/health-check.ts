import { get } from 'node:http';
import type { FlagValue } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { addressOf } from '../address.ts';
import { builtInFlags } from './built-in-flags.ts';
import { type Environment, loadSettings } from './settings.ts';

/** What a server that listens on every address is asked on. */
const loopback: Readonly<Record<string, string>> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
const endpoints = ['health', 'ready', 'live'];
const maxTimeoutSeconds = 3600;

/**
 * Asks the health server of a service that runs on this machine (`cli.md §B`). Says nothing when it answers 200. Needs no
 * setting of the connector's own.
 *
 * @param flags `--endpoint` and `--timeout`, which no variable can set, and the port and address, which variables can
 * @throws BatonError when the service does not answer, or is not well
 */
export async function healthCheck(flags: ReadonlyMap<string, FlagValue>, env: Environment): Promise<void> {
  const names = ['health-check-port', 'health-check-bind-address'];
  const specs = builtInFlags.filter(({ name }) => names.includes(name));
  const { settings } = await loadSettings(specs, flags, env);
  const endpoint = flags.get('endpoint') ?? 'health';
  if (typeof endpoint !== 'string' || !endpoints.includes(endpoint)) {
    throw new BatonError(Code.Unknown, `--endpoint must be one of ${endpoints.join(', ')}, not "${String(endpoint)}"`);
  }
  const seconds = flags.get('timeout') ?? 5;
  if (typeof seconds !== 'number' || seconds < 1 || seconds > maxTimeoutSeconds) {
    throw new BatonError(
      Code.Unknown,
      `--timeout must be from 1 to ${maxTimeoutSeconds} seconds, not ${String(seconds)}`,
    );
  }
  const named = settings.string('health-check-bind-address');
  const address = addressOf(loopback[named] ?? named, settings.int('health-check-port'));
  const status = await ask(`http://${address}/${endpoint}`, address, seconds);
  if (status !== 200) throw new BatonError(Code.Unknown, `health check returned status ${status}`);
}

async function ask(url: string, address: string, seconds: number): Promise<number> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  get(url, { signal, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  }).on('error', reject);
  try {
    return await promise;
  } catch (cause) {
    if (signal.aborted) {
      throw new BatonError(
        Code.DeadlineExceeded,
        `health check failed: no answer from ${address} within ${seconds} s`,
        {
          cause,
        },
      );
    }
    throw new BatonError(
      Code.Unknown,
      `health check failed: nothing answers at ${address}; does the service run with --health-check, and on that port?`,
      { cause },
    );
  }
}

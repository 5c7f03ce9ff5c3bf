import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { tellWriteErrors } from './write-errors.ts';

/** Leaves at once when all fits on the screen, keeps colours, and leaves the text on the screen. */
const DEFAULT_PAGER = ['less', '-FRX'] as const;

/** What a shell ends with when there is no such program. */
const SHELL_NOT_FOUND = 127;

interface Pager {
  readonly input: NodeJS.WritableStream;
  /** Closes the input and waits until the person has left. */
  ended(): Promise<void>;
}

/** Starts `$PAGER`. Undefined with `BATON_NO_PAGER`, with an empty `PAGER`, and where there is none. */
export async function startPager(env: NodeJS.ProcessEnv): Promise<Pager | undefined> {
  const custom = env['PAGER'];
  if ((env['BATON_NO_PAGER'] ?? '') !== '' || custom === '') return undefined;
  const stdio: ['pipe', 'inherit', 'inherit'] = ['pipe', 'inherit', 'inherit'];
  const child =
    custom === undefined
      ? spawn(DEFAULT_PAGER[0], DEFAULT_PAGER.slice(1), { stdio, env })
      : spawn(custom, { stdio, env, shell: true });
  if (!(await hasStarted(child)) || child.stdin === null) return undefined;
  const { stdin } = child;
  // Whoever leaves the pager early wants no more; what is still written to it fails, and is dropped.
  tellWriteErrors(stdin);
  const exited = once(child, 'exit');
  return {
    input: stdin,
    ended: async () => {
      stdin.end();
      const [exitCode] = await exited;
      if (exitCode !== SHELL_NOT_FOUND) return;
      throw new BatonError(
        Code.Unknown,
        `PAGER is "${custom}", which cannot be started. BATON_NO_PAGER=1 prints without one`,
      );
    },
  };
}

function hasStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

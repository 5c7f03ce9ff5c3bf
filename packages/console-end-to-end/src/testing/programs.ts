import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const bins = {
  console: fileURLToPath(new URL('../../../console-server/bin/console.mjs', import.meta.url)),
  'baton-sendgrid': fileURLToPath(new URL('../../../sendgrid/bin/baton-sendgrid.mjs', import.meta.url)),
};

export interface Program {
  readonly child: ChildProcess;
  /** All that it has printed so far, both streams. */
  readonly output: () => string;
  /** Resolves when it has printed what is looked for; fails when it ends before. */
  readonly says: (wanted: RegExp) => Promise<RegExpExecArray>;
  /** Asks it to end as a service manager does. */
  readonly stop: () => Promise<void>;
}

/** One of the built programs, with an environment that holds nothing of this machine's but the path. */
export function startProgram(
  t: TestContext,
  name: keyof typeof bins,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [bins[name], ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      child.emit('said');
    });
  }
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  t.after(stop);
  return {
    child,
    output: () => text,
    says: async (wanted) => {
      for (;;) {
        const match = wanted.exec(text);
        if (match !== null) return match;
        if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${text}`);
        await Promise.race([once(child, 'said'), once(child, 'exit')]);
      }
    },
    stop,
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with just this environment. Not synchronous: its servers may be in this process. */
export async function run(
  file: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return await new Promise((resolve, reject) => {
    const child = execFile(file, [...args], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && child.exitCode === null) reject(error);
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** A program that runs on. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves when it has printed what is looked for; fails when it ends before. */
  readonly says: (wanted: RegExp) => Promise<RegExpExecArray>;
}

export function start(
  t: { after(stop: () => Promise<void>): void },
  file: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Running {
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      child.emit('said');
    });
  }
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return {
    child,
    says: async (wanted) => {
      for (;;) {
        const match = wanted.exec(text);
        if (match !== null) return match;
        if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${text}`);
        await Promise.race([once(child, 'said'), once(child, 'exit')]);
      }
    },
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

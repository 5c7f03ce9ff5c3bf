import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CommandRequest } from './run-command.ts';

/**
 * The door through which commands of other processes reach the running server: a socket in its folder, for its owner
 * only. One line of JSON with the request goes in; lines come back, then the exit code.
 */

/** Longest path of a socket on macOS (Linux: 108). */
const MAX_SOCKET_PATH = 103;

/** A task as JSON may be as large as what a connector receives. */
const MAX_REQUEST_LENGTH = 4 * 1024 ** 2;

type Answer = { readonly line: string } | { readonly exitCode: number };

export type RunCommand = (
  request: CommandRequest,
  print: (line: string) => void,
  signal: AbortSignal,
) => Promise<number>;

export function controlPath(dir: string): string {
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\baton-dev-server-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 16)}`;
  }
  const path = join(dir, 'control.sock');
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new BatonError(
      Code.InvalidArgument,
      `The path of the folder ${dir} is too long for a socket. Choose a shorter --dir.`,
    );
  }
  return path;
}

/** @throws BatonError `FailedPrecondition` when another server runs in the folder */
export async function serveControl(dir: string, run: RunCommand): Promise<{ close(): Promise<void> }> {
  const path = controlPath(dir);
  if (await answers(path)) {
    throw new BatonError(
      Code.FailedPrecondition,
      `A server runs in ${dir} already. Use that one, or choose another --dir.`,
    );
  }
  if (process.platform !== 'win32') await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // What the command had to say is said; only a request that is none ends up here.
    serve(socket, run).catch(() => socket.destroy());
  });
  server.listen(path);
  await once(server, 'listening');
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** @returns the exit code of the command */
export async function sendCommand(
  dir: string,
  request: CommandRequest,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const socket = await dial(dir);
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const text of createInterface({ input: socket })) {
      const answer: Answer = JSON.parse(text);
      if ('exitCode' in answer) return answer.exitCode;
      print(answer.line);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
  if (signal.aborted) return Code.Canceled;
  throw new BatonError(
    Code.Unavailable,
    'The server ended before the command did. The task goes on when it is started again.',
  );
}

async function serve(socket: Socket, run: RunCommand): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  socket.on('error', () => gone.abort());
  const answer = (message: Answer): void => {
    if (!gone.signal.aborted) socket.write(`${JSON.stringify(message)}\n`);
  };
  const text = await firstLine(socket);
  if (text === undefined) {
    socket.destroy();
    return;
  }
  try {
    const exitCode = await run(JSON.parse(text), (line) => answer({ line }), gone.signal);
    answer({ exitCode });
  } finally {
    socket.end();
  }
}

/** Undefined when the line is too long or never ends. */
async function firstLine(socket: Socket): Promise<string | undefined> {
  return await new Promise((done) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('close', () => done(undefined));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) done(text.slice(0, end));
      else if (text.length > MAX_REQUEST_LENGTH) done(undefined);
    });
  });
}

async function dial(dir: string): Promise<Socket> {
  const socket = connect(controlPath(dir));
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw new BatonError(
      Code.Unavailable,
      `No server runs in ${dir}. Start one with "baton-dev-server", or name its folder with --dir.`,
      { cause },
    );
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type C1Server, createC1Server } from '../server.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { certificateFiles } from './certificate-files.ts';
import { type RunCommand, serveControl } from './control.ts';
import { commandHelp, commandLines } from './help.ts';
import { findCommand, readInvocation, withJsonText } from './invocation.ts';
import { eventLine } from './lines.ts';
import { runCommand } from './run-command.ts';
import { splitWords } from './split-words.ts';

export interface ServeOptions {
  readonly dir: string;
  readonly port: number;
  readonly bind: string;
  /** The name under which the connector reaches the server. */
  readonly host: string;
  readonly newCredential: boolean;
  readonly print: (text: string) => void;
  /** Lines of the prompt; undefined: no prompt. */
  readonly input: NodeJS.ReadableStream | undefined;
  readonly signal: AbortSignal;
}

/** The name of the connector and of its credential. */
const CONNECTOR = 'demo';

/** Runs the server until the signal is aborted, or the prompt is closed. */
export async function serve({
  dir,
  port,
  bind,
  host,
  newCredential,
  print,
  input,
  signal,
}: ServeOptions): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { tls, caFile } = await certificateFiles(dir, [...new Set([host, 'localhost', '127.0.0.1', '::1'])]);
  // The door is what tells a second server apart: it comes before the store, which would only say that it is in use.
  let run: RunCommand = async () => {
    throw new BatonError(Code.Unavailable, 'The server is only just starting. Try again.');
  };
  await using stack = new AsyncDisposableStack();
  const control = await serveControl(dir, async (...args) => await answered(() => run(...args), args[1]));
  stack.defer(() => control.close());
  const store = openSqliteStore(join(dir, 'store.db'));
  stack.defer(() => store.close());
  const server = createC1Server({
    tls,
    store,
    uploadsDir: resolve(dir, 'uploads'),
    host: bind,
    port,
    onEvent(event) {
      const line = eventLine(event);
      if (line !== undefined) print(`${line}\n`);
    },
  });
  stack.defer(() => server.close());
  await server.listen();
  const address = `${host}:${new URL(server.url ?? '').port}`;
  const { connectorId, text } = await greeting(server, { address, caFile, newCredential });
  run = (request, line, stop) => runCommand(request, { server, connectorId, print: line, signal: stop });
  print(text);
  await (input === undefined ? aborted(signal) : prompt(input, run, print, signal));
}

async function greeting(
  server: C1Server,
  {
    address,
    caFile,
    newCredential,
  }: { readonly address: string; readonly caFile: string; readonly newCredential: boolean },
): Promise<{ readonly connectorId: string; readonly text: string }> {
  const [first] = await server.connectors();
  const connector = first ?? (await server.createConnector(CONNECTOR));
  const credentials = (await server.connector(connector.id)).credentials.filter((one) => one.revokedAtMs === undefined);
  const kept = credentials.find(({ clientId }) => clientId.includes(`@${address}/`));
  const head = `A stand-in for C1 listens at https://${address}. Nothing leaves this machine. Ctrl-C ends it.\n\n`;
  if (kept !== undefined && !newCredential) {
    const text = `The credential shown at an earlier start goes on: ${kept.clientId}. --new-credential makes another.\n\n`;
    return { connectorId: connector.id, text: head + text };
  }
  if (newCredential) for (const { clientId } of credentials) await server.revokeCredential(clientId);
  const { clientId, clientSecret } = await server.createCredential({
    name: CONNECTOR,
    host: address,
    connectorId: connector.id,
  });
  const text = [
    'Start the connector with these settings, and with --provisioning if it may change things. The secret is shown once.',
    '',
    `export BATON_CLIENT_ID='${clientId}'`,
    `export BATON_CLIENT_SECRET='${clientSecret}'`,
    `export NODE_EXTRA_CA_CERTS='${caFile}'`,
    '',
    `A connector written in Go trusts this server by SSL_CERT_FILE='${caFile}' in place of the last line. It then trusts`,
    'nobody else: for its target system, use a copy of the public authorities with this file at its end.',
    '',
    'Then type "sync", or "help".',
    '',
    '',
  ].join('\n');
  return { connectorId: connector.id, text: head + text };
}

/** Reads commands line by line, and carries out one at a time. */
async function prompt(
  input: NodeJS.ReadableStream,
  run: RunCommand,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines = createInterface({ input });
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  const line = (text: string): void => print(`${text}\n`);
  for await (const text of lines) {
    if (['exit', 'quit'].includes(text.trim())) break;
    await answered(async () => await carryOut(splitWords(text), run, line, signal), line);
  }
  signal.removeEventListener('abort', stop);
}

async function carryOut(
  typed: readonly string[],
  run: RunCommand,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (typed.length === 0) return 0;
  const { command, words, flags } = readInvocation(typed);
  const explained = command?.name === 'help' ? findCommand(words[0]) : flags['help'] === true ? command : undefined;
  if (explained !== undefined) print(commandHelp(explained));
  else if (command === undefined || command.isLocal)
    print([...commandLines(), '  exit             End the server'].join('\n'));
  else return await run({ name: command.name, words, flags: await withJsonText(flags) }, print, signal);
  return 0;
}

async function answered(work: () => Promise<number>, print: (line: string) => void): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { message, code } = BatonError.from(error, 'carrying out the command');
    print(message);
    return code;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

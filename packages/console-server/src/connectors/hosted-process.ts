import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { ConnectorLogLine } from '../domain/sync-progress.ts';
import { hostedCommand } from './hosted-program.ts';
import { parseLogLine } from './log-lines.ts';

/** A connector needs less than 100 MB (`service-protocol.md §16`); this is for accounts of 100,000 teammates. */
const HEAP_MB = 512;
/** Pauses before it is started again: from the first to the longest, doubled each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** One that ran so long has started well: the pauses begin anew. */
const HEALTHY_MS = 60_000;
/** After this a process that was asked to stop is killed. */
const STOP_GRACE_MS = 5_000;
/** A line that does not end. */
const LONGEST_LINE = 16_384;

/** Stops the process when the console is gone: the channel to it closes then. */
const WATCH = `process.on('disconnect',()=>process.kill(process.pid,'SIGKILL'));process.channel?.unref()`;

export interface HostedProcessOptions {
  /** The JavaScript file of the connector. */
  readonly bin: string;
  /** All of it; secrets are here, never among the arguments. */
  readonly env: Readonly<Record<string, string>>;
  /** Its own folder, in which it finds no config file of anybody. */
  readonly cwd: string;
  /** Values that must not be seen in what it prints. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly onLine: (line: ConnectorLogLine) => void;
  /** It ended by itself. `inARow`: how often it did so without having run for a while. */
  readonly onExit: (why: string, inARow: number) => void;
}

/** One hosted connector as a child process, started again when it ends. */
export class HostedProcess {
  readonly #options: HostedProcessOptions;
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  #child: ChildProcess | undefined;

  constructor(options: HostedProcessOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await this.#done;
      clearTimeout(timer);
    }
    await this.#done;
  }

  async #run(): Promise<void> {
    const { clock, onExit, onLine } = this.#options;
    const { signal } = this.#stopped;
    let inARow = 0;
    while (!signal.aborted) {
      const startedMs = clock.now();
      const why = await this.#once();
      if (signal.aborted) return;
      inARow = clock.now() - startedMs >= HEALTHY_MS ? 1 : inARow + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (inARow - 1), LONGEST_PAUSE_MS);
      onLine({
        level: 'error',
        message: `The connector's process ended: ${why}. It is started again in ${pauseMs / 1000} s.`,
        fields: {},
      });
      onExit(why, inARow);
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }

  /** @returns why it ended */
  async #once(): Promise<string> {
    const { bin, env, cwd } = this.#options;
    const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`;
    const command = hostedCommand(bin, [`--max-old-space-size=${HEAP_MB}`, `--import=${watch}`]);
    const child = spawn(process.execPath, command.args, {
      env: { ...env, ...command.env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let last = '';
    const read = (stream: Readable | null) => {
      if (stream === null) return;
      lines(stream, (text) => {
        const line = parseLogLine(this.#masked(text));
        last = line.message;
        this.#options.onLine(line);
      });
    };
    read(child.stdout);
    read(child.stderr);
    const ended = Promise.withResolvers<string>();
    child.once('error', (error) => ended.resolve(`it could not be started (${error.message})`));
    child.once('close', (code, signal) => {
      if (signal === 'SIGABRT') ended.resolve(`it needed more than ${HEAP_MB} MB of memory`);
      else if (signal !== null) ended.resolve(`it was killed (${signal})`);
      else ended.resolve(last === '' ? `exit code ${code}` : last);
    });
    if (this.#stopped.signal.aborted) child.kill('SIGTERM');
    return await ended.promise;
  }

  #masked(text: string): string {
    return this.#options.secrets
      .filter((secret) => secret !== '')
      .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  }
}

/** Whole lines only, so that a secret is never cut in two. */
function lines(stream: Readable, onLine: (text: string) => void): void {
  let rest = '';
  let isTooLong = false;
  const line = (text: string) => {
    if (!isTooLong && text.trim() !== '') onLine(text);
    isTooLong = false;
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const [first = '', ...more] = `${rest}${text}`.split('\n');
    rest = first;
    for (const next of more) {
      line(rest);
      rest = next;
    }
    if (rest.length > LONGEST_LINE) {
      rest = '';
      isTooLong = true;
    }
  });
  void once(stream, 'end').then(
    () => line(rest),
    () => {},
  );
}

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type C1zReader, openC1zReader } from '@baton-ts/c1z';
import { answersOf, type SmallAccount } from './small-account.ts';
import { SmallSendGrid } from './small-sendgrid.ts';

/** The built program, as people start it. */
const bin = fileURLToPath(new URL('../../bin/baton-sendgrid.mjs', import.meta.url));
export const apiKey = 'SG.neverToBeShown.0123456789';

/** What belongs to the program's inside and means nothing to the person who reads it. */
const rawText = /\n\s+at |\bE[A-Z]{4,}\b|\bERR_|\bSQLITE|TypeError|\[object|\bundefined\b|node:internal|errno/;

/** What calls back when the stage is no longer needed: a test's context. */
interface Ending {
  after(stop: () => Promise<void>): void;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Wraps the command, for example to set a limit. */
  readonly through?: (command: readonly string[]) => readonly string[];
  readonly onStart?: (child: ChildProcess) => void;
}

/** A folder of its own, a server that answers as one small account, and the program to run between them. */
export class Stage {
  readonly folder: string;
  readonly server: SmallSendGrid;
  readonly file: string;
  /** Where the program keeps its working copies. */
  readonly scratch: string;

  private constructor(folder: string, scratch: string, server: SmallSendGrid) {
    this.folder = folder;
    this.scratch = scratch;
    this.server = server;
    this.file = join(folder, 'sync.c1z');
  }

  static async set(t: Ending, account: SmallAccount): Promise<Stage> {
    const server = await SmallSendGrid.start(answersOf(account));
    const folder = await mkdtemp(join(tmpdir(), 'baton-end-to-end-'));
    const scratch = await mkdtemp(join(tmpdir(), 'baton-scratch-'));
    t.after(async () => {
      await server.stop();
      await rm(folder, { recursive: true });
      await rm(scratch, { recursive: true });
    });
    return new Stage(folder, scratch, server);
  }

  /** The same folder in front of a server that answers as another account. */
  async with(t: Ending, account: SmallAccount): Promise<Stage> {
    const server = await SmallSendGrid.start(answersOf(account));
    t.after(() => server.stop());
    return new Stage(this.folder, this.scratch, server);
  }

  names(folder: string): string[] {
    return readdirSync(folder).sort();
  }

  /** Runs the program in the folder, with the key and the server set by environment and only errors logged. */
  async run({ args = [], env = {}, through = (command) => command, onStart }: RunOptions = {}): Promise<Ended> {
    const [command = '', ...rest] = through([process.execPath, bin, ...args]);
    const child = spawn(command, rest, {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        BATON_SENDGRID_API_KEY: apiKey,
        BATON_SENDGRID_BASE_URL: this.server.url,
        BATON_TMPDIR: this.scratch,
        BATON_LOG_LEVEL: 'error',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    onStart?.(child);
    const texts = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    const [stdout, stderr] = await texts;
    return { exitCode, stdout, stderr };
  }

  /** Runs the program, which must succeed. */
  async sync(options: RunOptions = {}): Promise<Ended> {
    const ended = await this.run(options);
    assert.equal(ended.exitCode, 0, ended.stderr);
    return ended;
  }

  /**
   * Runs the program, which must fail: one message for people, no secret, the exit code that belongs to it, and every
   * file in the folder as it was.
   */
  async refused(exitCode: number, says: RegExp, options: RunOptions = {}): Promise<void> {
    const before = await this.#contents();
    const ended = await this.run(options);
    assert.match(ended.stderr, says);
    assert.equal(ended.exitCode, exitCode, ended.stderr);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /^[^\n]+\n$/, 'one line');
    assert.doesNotMatch(ended.stderr, rawText);
    assert.ok(!ended.stderr.includes(apiKey), 'no secret');
    assert.deepEqual(await this.#contents(), before, 'the folder is as it was');
  }

  /** Opens the written file and gives it to the reader. */
  async read<T>(what: (file: C1zReader) => T): Promise<T> {
    const file = await openC1zReader(this.file);
    try {
      return what(file);
    } finally {
      await file.close();
    }
  }

  async #contents(): Promise<Map<string, string>> {
    const names = (await readdir(this.folder, { withFileTypes: true })).map(
      async (entry): Promise<[string, string]> => {
        const bytes = entry.isFile() ? await readFile(join(this.folder, entry.name), 'latin1') : '';
        return [entry.name, bytes];
      },
    );
    return new Map(await Promise.all(names));
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** A file made once by a sync, for tests that begin with one. */
export function scratchFile(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-previous-'));
  return {
    path: join(folder, name),
    async write(account: SmallAccount): Promise<void> {
      const stopping: (() => Promise<void>)[] = [];
      const stage = await Stage.set({ after: (stop) => stopping.push(stop) }, account);
      await stage.sync();
      copyFileSync(stage.file, this.path);
      for (const stop of stopping) await stop();
    },
    remove: (): void => rmSync(folder, { recursive: true }),
  };
}

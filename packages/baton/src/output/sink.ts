import { setImmediate } from 'node:timers/promises';
import { startPager } from './pager.ts';

/** Text is handed on in pieces of about this length: fewer writes, and memory that does not grow with the output. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Where the output goes: stdout, or the pager in front of it. */
export class Sink {
  readonly #stream: NodeJS.WritableStream;
  readonly #finish: () => Promise<void>;
  #pending: string[] = [];
  #pendingLength = 0;
  /** Whether the reader has gone, or nothing more can be written: from now on all is dropped. */
  closed = false;

  constructor(stream: NodeJS.WritableStream, finish: () => Promise<void>) {
    this.#stream = stream;
    this.#finish = finish;
  }

  /** Writes to the terminal through the pager, unless that is turned off; to stdout otherwise. */
  static async open(env: NodeJS.ProcessEnv): Promise<Sink> {
    const pager = process.stdout.isTTY ? await startPager(env) : undefined;
    return pager === undefined
      ? new Sink(process.stdout, () => Promise.resolve())
      : new Sink(pager.input, () => pager.ended());
  }

  /** Takes text; a promise when it is time to wait for the reader. */
  write(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    return this.#pendingLength < CHUNK_CHARACTERS ? undefined : this.#flush();
  }

  /** Hands on the rest and waits until a person has left the pager. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#finish();
  }

  async #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    if (this.closed || text === '') return;
    await new Promise<void>((resolve) => {
      this.#stream.write(text, (error) => {
        // What the failure was is told by the stream's own listener.
        this.closed = error !== null && error !== undefined;
        resolve();
      });
    });
    // A write into a pipe is done at once: without a turn of the event loop Ctrl-C would wait for the end.
    await setImmediate();
  }
}

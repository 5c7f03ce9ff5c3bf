import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Asks a person, or reads one answer from each line of a file or pipe. */
export class Prompts {
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;
  readonly #output: NodeJS.WritableStream;
  readonly #isTerminal: boolean;
  #isHidden = false;

  constructor(input: NodeJS.ReadableStream & { readonly isTTY?: boolean }, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#isTerminal = input.isTTY === true;
    const shown = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) output.write(chunk);
        done();
      },
    });
    this.#interface = createInterface({ input, output: shown, terminal: this.#isTerminal });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  tell(line: string): void {
    this.#output.write(`${line}\n`);
  }

  /**
   * The answer, without blanks around it.
   *
   * @param isHidden for secrets: what is typed is not shown
   */
  async ask(question: string, isHidden: boolean): Promise<string> {
    this.#output.write(question);
    this.#interface.setPrompt(this.#isTerminal ? question : '');
    this.#isHidden = isHidden;
    const { value, done } = await this.#lines.next();
    this.#isHidden = false;
    if (isHidden && this.#isTerminal) this.#output.write('\n');
    if (done === true)
      throw new BatonError(Code.Canceled, 'the answers ended before all was asked; nothing was changed');
    return value.trim();
  }

  [Symbol.dispose](): void {
    this.#interface.close();
  }
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what it likes, until the server ends it. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #ended: Promise<void>;
  #answer = '';

  constructor(url: string) {
    this.#socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => {
      this.#answer += text;
    });
    // Whoever goes on writing to a connection that was ended hears of it in this way.
    this.#socket.on('error', () => {});
    this.#ended = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  send(text: string): this {
    this.#socket.write(text);
    return this;
  }

  /** From now on nothing is read. */
  pause(): this {
    this.#socket.pause();
    return this;
  }

  /** Sends the same again and again, as fast as the server takes it, until the server ends it or `most` bytes are through. */
  async flood(chunk: string, most: number): Promise<number> {
    let sent = 0;
    while (sent < most && this.#socket.writable) {
      sent += chunk.length;
      if (!this.#socket.write(chunk)) {
        await Promise.race([once(this.#socket, 'drain').catch(() => {}), this.#ended]);
      }
    }
    return sent;
  }

  /** What came until the server has ended the connection. */
  async answer(): Promise<string> {
    await this.#ended;
    return this.#answer;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

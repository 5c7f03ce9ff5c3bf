import type { SyncProgress, SyncSnapshot } from '../sync/options.ts';

/** Faster than this and a terminal flickers. */
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\x1b[2K';

/** One line on a terminal that says where a sync is, at what rate, and what it waits for. */
export class ProgressLine implements SyncProgress {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;
  #text = '';
  #snapshot: SyncSnapshot | undefined;
  #waiting: string | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  update(snapshot: SyncSnapshot): void {
    this.#snapshot = snapshot;
    const stepChanged = !this.#text.startsWith(snapshot.step);
    if (stepChanged || Date.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  /** What the HTTP client waits for, for example `rate limit, 23 s`; undefined when it goes on. */
  wait(reason: string | undefined): void {
    this.#waiting = reason;
    this.#draw();
  }

  /** Removes the line, so that other text can be written; `after` brings it back. */
  before(): void {
    if (this.#text !== '') this.#stream.write(CLEAR_LINE);
  }

  after(): void {
    if (this.#text !== '') this.#stream.write(this.#text);
  }

  end(): void {
    this.before();
    this.#text = '';
    this.#snapshot = undefined;
  }

  #draw(): void {
    if (this.#snapshot === undefined) return;
    this.#drawnAt = Date.now();
    this.#text = progressText(this.#snapshot, this.#waiting).slice(0, (this.#stream.columns || 80) - 1);
    this.#stream.write(CLEAR_LINE + this.#text);
  }
}

/** The progress line's text. */
export function progressText(snapshot: SyncSnapshot, waiting: string | undefined): string {
  const { step, resources, entitlements, grants, rowsPerSecond } = snapshot;
  const counts = `${number(resources)} resources, ${number(entitlements)} entitlements, ${number(grants)} grants`;
  const reason = waiting ?? snapshot.waiting;
  if (reason === undefined) return `${step}: ${counts}, ${number(Math.round(rowsPerSecond))}/s`;
  // First, so that a narrow terminal cuts the counts and not what is waited for.
  return `${step}: waiting: ${reason} (${counts})`;
}

const number = (value: number): string => value.toLocaleString('en-US');

import type { Paint } from './color.ts';
import { cutText, oneLine, textWidth } from './text-width.ts';

/** The widths follow from the first rows: to know them all would mean to hold them all. */
const MEASURED_ROWS = 1000;
/** A column is at most this wide: ids of grants fit. A longer cell is cut on a terminal, and pushes its own line elsewhere. */
const MAX_WIDTH = 100;
const SEPARATOR = ' | ';

/** Lays out a table whose rows come one by one (`cli.md §C.1`): padded columns, a blank line after it. */
export class ConsoleTable {
  readonly #titles: readonly string[];
  readonly #head: Paint;
  #waiting: string[][] = [];
  #widths: readonly number[] | undefined;

  readonly #isTerminal: boolean;

  /** @param isTerminal whether a person looks at it: what is piped on is never cut */
  constructor(titles: readonly string[], head: Paint, isTerminal = false) {
    this.#titles = titles;
    this.#head = head;
    this.#isTerminal = isTerminal;
  }

  /** The text that is ready once this row is known; empty while the first rows are measured. */
  row(cells: readonly string[]): string {
    const line = cells.map(oneLine).map((cell, index) => (this.#isCut(index) ? cutText(cell, MAX_WIDTH) : cell));
    if (this.#widths !== undefined) return this.#line(line, this.#widths);
    this.#waiting.push(line);
    return this.#waiting.length < MEASURED_ROWS ? '' : this.#start();
  }

  /** What is left, and the blank line. */
  end(): string {
    return `${this.#widths === undefined ? this.#start() : ''}\n`;
  }

  /** Nothing stands behind the last column, so that a long cell there disturbs nobody. */
  #isCut(index: number): boolean {
    return this.#isTerminal && index < this.#titles.length - 1;
  }

  #start(): string {
    const widths = this.#titles.map((title, index) =>
      Math.max(textWidth(title), ...this.#waiting.map((cells) => Math.min(MAX_WIDTH, textWidth(cells[index] ?? '')))),
    );
    this.#widths = widths;
    const head = this.#titles.map((title, index) => this.#head(padded(title, index, widths))).join(SEPARATOR);
    const lines = this.#waiting.map((cells) => this.#line(cells, widths));
    this.#waiting = [];
    return `${head}\n${lines.join('')}`;
  }

  #line(cells: readonly string[], widths: readonly number[]): string {
    return `${cells.map((cell, index) => padded(cell, index, widths)).join(SEPARATOR)}\n`;
  }
}

/** Nothing stands behind the last column, so it is not padded. */
function padded(text: string, index: number, widths: readonly number[]): string {
  if (index === widths.length - 1) return text;
  return text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
}

/** A whole table at once, for the few rows of a summary. */
export function smallTable(titles: readonly string[], rows: readonly (readonly string[])[], head: Paint): string {
  const table = new ConsoleTable(titles, head);
  return rows.map((cells) => table.row(cells)).join('') + table.end();
}

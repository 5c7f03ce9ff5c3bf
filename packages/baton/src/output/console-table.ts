import type { Paint } from './color.ts';
import { oneLine, textWidth } from './text-width.ts';

/** The widths follow from the first rows: to know them all would mean to hold them all. */
const MEASURED_ROWS = 1000;
/** A column is at most this wide; a longer cell pushes its own line to the right. */
const MAX_WIDTH = 60;
const SEPARATOR = ' | ';

/** Lays out a table whose rows come one by one (`cli.md §C.1`): padded columns, a blank line after it. */
export class ConsoleTable {
  readonly #titles: readonly string[];
  readonly #head: Paint;
  #waiting: string[][] = [];
  #widths: readonly number[] | undefined;

  constructor(titles: readonly string[], head: Paint) {
    this.#titles = titles;
    this.#head = head;
  }

  /** The text that is ready once this row is known; empty while the first rows are measured. */
  row(cells: readonly string[]): string {
    const line = cells.map(oneLine);
    if (this.#widths !== undefined) return this.#line(line, this.#widths);
    this.#waiting.push(line);
    return this.#waiting.length < MEASURED_ROWS ? '' : this.#start();
  }

  /** What is left, and the blank line. */
  end(): string {
    return `${this.#widths === undefined ? this.#start() : ''}\n`;
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

import { setImmediate } from 'node:timers/promises';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import { cyan, wantsColor } from './color.ts';
import { chosenColumns, type SortKey, sortKeys } from './columns.ts';
import type { RowFilter } from './filter.ts';
import { outputFormat } from './format.ts';
import type { List } from './list.ts';
import { type ConsoleLayout, type Rendered, type RowWriter, renderer, rowWriter } from './row-writer.ts';
import { Sink } from './sink.ts';
import { Sorter } from './sorter.ts';

/** After so many rows the event loop gets a turn, so that Ctrl-C is heard while nothing is written. */
const ROWS_PER_TURN = 1000;

/** Prints the rows of one command as the flags ask: format, columns, filter, order, limit. */
export interface ListPrinter<Row> {
  /** Reads rows one by one and holds none of them. Returns how many were printed. */
  print(rows: Iterable<Row>, look?: Look<Row>): Promise<number>;
}

/** What is special about one list. */
export interface Look<Row> {
  /** JSON fields that stand before the list, as `"name":value`. */
  readonly jsonHead?: readonly string[];
  /** What the console shows instead of a table, unless the person chose columns. */
  readonly console?: ConsoleLayout<Row>;
}

/** Reads the flags of a list, so that a mistake in them is said before a file is opened. */
export async function listPrinter<Row>(
  context: { readonly flags: Flags; readonly signal: AbortSignal },
  list: List<Row>,
): Promise<ListPrinter<Row>> {
  const { flags, signal } = context;
  const format = outputFormat(flags);
  const columnsChosen = flags.isSet('columns');
  if (columnsChosen && (format === 'json' || format === 'jsonl')) {
    throw new BatonError(
      Code.Unknown,
      `--columns is for console and csv; ${format} always has every field: choose with jq`,
    );
  }
  const columns = chosenColumns(flags.strings('columns'), list.columns);
  const keys = sortKeys(flags.strings('sort'), list.columns);
  const filterText = flags.string('filter');
  const filter =
    filterText === '' ? undefined : (await import('./filter.ts')).compileFilter(filterText, list.variables);
  const limit = flags.isSet('limit') ? flags.int('limit') : Number.POSITIVE_INFINITY;
  if (limit < 1) throw new BatonError(Code.Unknown, `--limit must be at least 1, not ${limit}`);
  return {
    print: (rows, look = {}) => {
      const tree = format === 'console' && !columnsChosen ? look.console : undefined;
      const output = {
        render: tree === undefined ? renderer(format, list, columns) : (row: Row): Rendered => tree.render(row),
        writer:
          tree?.writer ??
          rowWriter(format, {
            titles: columns.map((column) => column.title),
            jsonRoot: list.jsonRoot,
            jsonHead: look.jsonHead ?? [],
            head: cyan(wantsColor(flags, process.env, process.stdout.isTTY)),
            isTerminal: process.stdout.isTTY,
          }),
      };
      return printRows({ ...output, keys, filter, limit, signal }, rows);
    },
  };
}

interface Printing<Row> {
  readonly render: (row: Row) => Rendered;
  readonly writer: RowWriter;
  readonly keys: readonly SortKey<Row>[];
  readonly filter: RowFilter<Row> | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function printRows<Row>(printing: Printing<Row>, rows: Iterable<Row>): Promise<number> {
  const { render, writer, limit } = printing;
  const sink = await Sink.open(process.env);
  let printed = 0;
  const print = (rendered: Rendered): Promise<void> | undefined => {
    printed += 1;
    return sink.write(writer.row(rendered));
  };
  const done = (): boolean => printed >= limit || sink.closed;
  try {
    if (printing.keys.length === 0) await forEachMatch(printing, rows, (row) => print(render(row)), done);
    else await printSorted(printing, rows, { print, done });
    await sink.write(writer.end());
  } finally {
    await sink.end();
  }
  printing.filter?.tellUnjudged();
  return printed;
}

async function printSorted<Row>(
  printing: Printing<Row>,
  rows: Iterable<Row>,
  output: {
    print(rendered: Rendered): Promise<void> | undefined;
    done(): boolean;
  },
): Promise<void> {
  using sorter = new Sorter(printing.keys.map((key) => key.descending));
  await forEachMatch(printing, rows, (row) => {
    const keys = printing.keys.map((key) => key.column.cell(row));
    sorter.add(keys, printing.render(row));
    return undefined;
  });
  for (const rendered of sorter.sorted(printing.limit)) {
    printing.signal.throwIfAborted();
    await output.print(rendered);
    if (output.done()) return;
  }
}

async function forEachMatch<Row>(
  { filter, signal }: Printing<Row>,
  rows: Iterable<Row>,
  visit: (row: Row) => Promise<void> | undefined,
  done: () => boolean = () => false,
): Promise<void> {
  let seen = 0;
  for (const row of rows) {
    seen += 1;
    if (seen % ROWS_PER_TURN === 0) await setImmediate();
    signal.throwIfAborted();
    if (filter !== undefined && !filter.matches(row)) continue;
    // Not every row needs a wait, and a wait for each would cost more than the rows.
    const waiting = visit(row);
    if (waiting !== undefined) await waiting;
    if (done()) return;
  }
}

import { closest } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Column, columnName } from './list.ts';

/** A column to sort by. */
export interface SortKey<Row> {
  readonly column: Column<Row>;
  readonly descending: boolean;
}

/** The columns that `--columns` names, in that order; without names those that are shown by default. */
export function chosenColumns<Row>(names: readonly string[], columns: readonly Column<Row>[]): readonly Column<Row>[] {
  if (names.length === 0) return columns.filter((column) => column.extra !== true);
  return names.map((name) => findColumn(name, columns, '--columns'));
}

/** The keys that `--sort` names: `name`, or `-name` downwards. */
export function sortKeys<Row>(names: readonly string[], columns: readonly Column<Row>[]): SortKey<Row>[] {
  return names.map((name) => ({
    column: findColumn(name.replace(/^[-+]/, ''), columns, '--sort'),
    descending: name.startsWith('-'),
  }));
}

function findColumn<Row>(name: string, columns: readonly Column<Row>[], flag: string): Column<Row> {
  const wanted = name.trim().toLowerCase().replaceAll(/[ _]/g, '-');
  const found = columns.find((column) => columnName(column) === wanted);
  if (found !== undefined) return found;
  const names = columns.map(columnName);
  const guess = closest(wanted, names);
  const next = guess === undefined ? '' : `; did you mean ${guess}?`;
  throw new BatonError(
    Code.Unknown,
    `${flag}: there is no column "${name}"${next} The columns are ${names.join(', ')}`,
  );
}

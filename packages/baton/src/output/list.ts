import type { CelInput } from '@bufbuild/cel';

/** One column of a list. */
export interface Column<Row> {
  /** As the table's head shows it; `--columns` and `--sort` take it lower-cased with hyphens. */
  readonly title: string;
  cell(row: Row): string;
  /** What the console shows in place of an empty cell. Default: nothing. */
  readonly placeholder?: string;
  /** Shown only when `--columns` names it. */
  readonly extra?: boolean;
}

/** The fields of one variable of a `--filter` expression. Undefined: this row does not have the field. */
export type Variable<Row> = Readonly<Record<string, (row: Row) => CelInput | undefined>>;

/** How the rows of one command are shown, in every output format. */
export interface List<Row> {
  /** The name of the list in the JSON document (`cli.md §C.2`). */
  readonly jsonRoot: string;
  readonly columns: readonly Column<Row>[];
  /** Variables of `--filter` by name. */
  readonly variables: Readonly<Record<string, Variable<Row>>>;
  /** The row as one line of protobuf JSON. */
  json(row: Row): string;
}

/** The name by which flags call a column: `Display Name` is `display-name`. */
export function columnName(column: { readonly title: string }): string {
  return column.title.toLowerCase().replaceAll(' ', '-');
}

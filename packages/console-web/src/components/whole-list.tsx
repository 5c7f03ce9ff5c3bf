import type { ReactNode } from 'react';
import { ExportButton } from './export-button.tsx';
import { type ListAddress, useListAddress } from './list-address.ts';
import { useColumns } from './list-columns.tsx';
import { ListCount } from './list-count.tsx';
import { type ListColumn, ListTable, type useList } from './list-table.tsx';
import { NothingMatches } from './nothing-matches.tsx';
import { Toolbar } from './toolbar.tsx';

/** A list and all that stands around it: search, filters, the count, the choice of columns, and a file of the same rows. */
export function WholeList<Row extends { readonly id: string }, Sort extends string, File extends string>({
  label,
  word,
  placeholder,
  columns,
  query,
  sort,
  all,
  filters = {},
  file,
  none,
  children,
}: {
  /** What the table is called when it is read out. */
  readonly label: string;
  /** What one row is. */
  readonly word: string;
  /** Of the search. */
  readonly placeholder: string;
  readonly columns: readonly ListColumn<Row, Sort, File>[];
  readonly query: ReturnType<typeof useList<Row>>;
  readonly sort: string;
  /** How many there are where nothing is filtered. */
  readonly all?: number | undefined;
  /** The parts of the address that the chips set, as far as they count. */
  readonly filters?: ListAddress;
  /** The same rows as a file: its name without the ending, and how it is read. */
  readonly file?: { readonly name: string; readonly load: (columns: File[]) => Promise<Blob> };
  /** When there will be rows, where that is not the first sync. */
  readonly none?: ReactNode;
  /** The chips. */
  readonly children?: ReactNode;
}) {
  const [{ q = '' }, change] = useListAddress();
  const { shown, fileColumns, choice } = useColumns(columns);
  const chips = Object.values(filters).filter((chosen) => (Array.isArray(chosen) ? chosen.length > 0 : chosen)).length;
  const isFiltered = q !== '' || chips > 0;
  const clear = () => change({ ...Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])), q: '' });
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder={placeholder}
        filters={chips}
        onClear={clear}
        right={
          <ListCount page={query.data?.pages[0]} isFiltered={isFiltered} all={all} word={word} words={`${word}s`} />
        }
        tools={
          <>
            {choice}
            {file !== undefined && <ExportButton name={file.name} load={() => file.load(fileColumns)} />}
          </>
        }
      >
        {children}
      </Toolbar>
      <ListTable
        label={label}
        columns={shown}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches isFiltered={isFiltered} what={word} onClear={clear}>
            {none}
          </NothingMatches>
        }
      />
    </>
  );
}

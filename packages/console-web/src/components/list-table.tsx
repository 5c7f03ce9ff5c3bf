import { Skeleton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './list-table.module.css';
import { ErrorNote } from './note.tsx';

export interface ListColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** Share of the width; numbers go to the right. */
  readonly width?: string;
  readonly numeric?: boolean;
  /** The name by which the server sorts it; without one it cannot be sorted. */
  readonly sort?: string;
  /** Goes first when the window is narrow: 1 stays longest. Default 2. */
  readonly rank?: 1 | 2 | 3;
  cell(row: Row): ReactNode;
}

export interface ListPage<Row> {
  readonly list: readonly Row[];
  readonly nextPageToken: string;
  readonly totalCount: number;
}

/** A list whose pages the server makes: 50 rows at a time, appended while scrolling, rows off the screen not drawn. */
export function useList<Row>(
  key: readonly unknown[],
  load: (pageToken: string, signal: AbortSignal) => Promise<ListPage<Row>>,
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page: ListPage<Row>) => page.nextPageToken || undefined,
    placeholderData: keepPreviousData,
  });
}

const rowHeightPx = 46;
const skeletonRows = 8;

export function ListTable<Row>({
  label,
  columns,
  query,
  rowKey,
  sort,
  onSort,
  empty,
}: {
  /** What the table is called when it is read out. */
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly query: ReturnType<typeof useList<Row>>;
  readonly rowKey: (row: Row) => string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  /** In place of the rows when there are none. */
  readonly empty: ReactNode;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = rowsOf(query.data);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.getElementById('page'),
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollMargin: body.current?.offsetTop ?? 0,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (lastShown >= rows.length - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const before = (shown[0]?.start ?? 0) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - ((shown.at(-1)?.end ?? 0) - virtual.options.scrollMargin);
  return (
    <>
      <table className={classes['table']} aria-label={label} aria-busy={query.isFetching}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {query.isPending &&
            Array.from({ length: skeletonRows }, (_, row) => <SkeletonRow key={row} columns={columns} />)}
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr key={rowKey(row)} data-index={index} ref={virtual.measureElement}>
                {columns.map((column) => (
                  <td key={column.id} className={column.numeric ? 'number' : undefined} data-rank={column.rank ?? 2}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
      </table>
      {query.isError && (
        <div className={classes['instead']}>
          <ErrorNote error={query.error} retry={() => void query.refetch()} />
        </div>
      )}
      {query.isSuccess && rows.length === 0 && empty}
    </>
  );
}

/** The rows of all pages that are here. */
export function rowsOf<Row>(data: InfiniteData<ListPage<Row>> | undefined): Row[] {
  return data?.pages.flatMap((page) => page.list) ?? [];
}

function Head<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: ListColumn<Row>;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}) {
  const { title, width, numeric, sort: name, rank = 2 } = column;
  const isUp = name !== undefined && sort === name;
  const isDown = name !== undefined && sort === `-${name}`;
  const order = isUp ? 'ascending' : isDown ? 'descending' : undefined;
  return (
    <th
      scope="col"
      aria-sort={order}
      className={numeric ? 'number' : undefined}
      data-rank={rank}
      style={width === undefined ? undefined : { width }}
    >
      {name === undefined ? (
        title
      ) : (
        <button type="button" onClick={() => onSort(isUp ? `-${name}` : name)}>
          {title}
          {isUp && <IconArrowUp size={12} stroke={1.7} aria-hidden />}
          {isDown && <IconArrowDown size={12} stroke={1.7} aria-hidden />}
        </button>
      )}
    </th>
  );
}

function SkeletonRow<Row>({ columns }: { readonly columns: readonly ListColumn<Row>[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.id} data-rank={column.rank ?? 2}>
          <Skeleton height={10} width={column.numeric ? 32 : '60%'} ml={column.numeric ? 'auto' : 0} />
        </td>
      ))}
    </tr>
  );
}

function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

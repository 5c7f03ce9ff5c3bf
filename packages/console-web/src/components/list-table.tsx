import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import classes from './list-table.module.css';
import { ListHead } from './list-table-head.tsx';
import { SkeletonRows } from './list-table-skeleton.tsx';
import { ErrorNote } from './note.tsx';
import { useRowKeys } from './use-row-keys.ts';

export interface ListColumn<Row, Sort extends string = string, File extends string = string> {
  readonly id: string;
  readonly title: string;
  /** Share of the width; numbers go to the right. */
  readonly width?: string;
  readonly numeric?: boolean;
  /** The name by which the server sorts it; without one it cannot be sorted. */
  readonly sort?: Sort;
  /** Goes first when the window is narrow: 1 stays longest. Default 2. */
  readonly rank?: 1 | 2 | 3;
  /** Shown only where somebody chose it. */
  readonly isExtra?: boolean;
  /** On a telephone, where there is no head, its title stands before it: the value alone says too little. */
  readonly saysTitle?: true;
  /** The columns of a file that say the same. */
  readonly files?: readonly File[];
  /** What its cells look like while they load. */
  readonly shape?: 'person' | 'thing' | 'two-lines' | 'text' | 'short';
  cell(row: Row): ReactNode;
}

/** A column, with `-` in front for descending. */
export type Sorted<Sort extends string> = Sort | `-${Sort}`;

export interface ListPage<Row> {
  readonly list: readonly Row[];
  readonly nextPageToken: string;
  readonly totalCount: number;
  readonly totalIsLowerBound?: boolean | undefined;
}

/** More pages than these are not read again by themselves, only the next ones. */
const mostPagesReadAgain = 4;
const freshMs = 10_000;

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
    staleTime: ({ state }) =>
      (state.data?.pages.length ?? 0) > mostPagesReadAgain ? Number.POSITIVE_INFINITY : freshMs,
  });
}

const rowHeightPx = 46;
/** Top bar and head of the table, which stay in place. */
const stickyPx = 80;
const rowsAhead = 20;

export function ListTable<Row, Sort extends string = string>({
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
  readonly columns: readonly ListColumn<Row, Sort>[];
  readonly query: ReturnType<typeof useList<Row>>;
  readonly rowKey: (row: Row) => string;
  readonly sort: string;
  readonly onSort: (sort: Sorted<Sort>) => void;
  /** In place of the rows when there are none. */
  readonly empty: ReactNode;
}) {
  const table = useRef<HTMLTableElement>(null);
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const rows = useMemo(() => rowsOf(data), [data]);
  // A page may end before anything was found, and the next one goes on from there.
  const isLooking = rows.length === 0 && hasNextPage && !isFetchNextPageError;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.getElementById('page'),
    initialOffset: () => document.getElementById('page')?.scrollTop ?? 0,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollMargin: useTopInPage(table),
    scrollPaddingStart: stickyPx,
    scrollPaddingEnd: rowHeightPx,
  });
  useRowKeys(table, rows.length, (index) => virtual.scrollToIndex(index, { align: 'auto' }));
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastShown < rows.length - rowsAhead) return;
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const { scrollMargin } = virtual.options;
  const before = (shown[0]?.start ?? scrollMargin) - scrollMargin;
  const after = virtual.getTotalSize() - ((shown.at(-1)?.end ?? scrollMargin) - scrollMargin);
  return (
    <>
      {query.isRefetchError && (
        <div className={classes['above']}>
          <ErrorNote error={query.error} retry={() => void query.refetch()} />
        </div>
      )}
      <table ref={table} className={classes['table']} aria-label={label} aria-busy={query.isFetching}>
        <ListHead columns={columns} sort={sort} onSort={onSort} />
        <tbody onClick={openRow} data-old={query.isPlaceholderData}>
          {(query.isPending || isLooking) && <SkeletonRows columns={columns} />}
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr key={rowKey(row)} data-index={index} ref={virtual.measureElement}>
                <Cells row={row} columns={columns} />
              </tr>
            );
          })}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
      </table>
      {(query.isLoadingError || isFetchNextPageError) && (
        <div className={classes['instead']}>
          <ErrorNote
            error={query.error}
            retry={() => void (isFetchNextPageError ? query.fetchNextPage() : query.refetch())}
          />
        </div>
      )}
      {query.isSuccess && rows.length === 0 && !isLooking && empty}
    </>
  );
}

/** Made once for a row, not anew for each step while scrolling. */
const Cells = memo(function Cells<Row>({
  row,
  columns,
}: {
  readonly row: Row;
  readonly columns: readonly ListColumn<Row>[];
}) {
  return columns.map((column) => (
    <td
      key={column.id}
      className={column.numeric ? 'number' : undefined}
      data-rank={column.rank ?? 2}
      data-title={column.title}
      data-says-title={column.saysTitle}
    >
      {column.cell(row)}
    </td>
  ));
}) as <Row>(props: { readonly row: Row; readonly columns: readonly ListColumn<Row>[] }) => ReactNode;

/** The rows of all pages that are here. */
export function rowsOf<Row>(data: InfiniteData<ListPage<Row>> | undefined): Row[] {
  return data?.pages.flatMap((page) => page.list) ?? [];
}

/** How far down the page's content the rows begin. Measured when the content's size changes, not while it scrolls. */
function useTopInPage(table: React.RefObject<HTMLTableElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const page = document.getElementById('page');
    const measure = (): void => {
      const body = table.current?.tBodies[0];
      if (page === null || body === undefined) return;
      const measured = body.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop;
      setTop((before) => (Math.abs(measured - before) > 1 ? measured : before));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const part of page?.children ?? []) observer.observe(part);
    return () => observer.disconnect();
  }, [table]);
  return top;
}

/** A row opens what its first link leads to, unless something else in it was meant or text was selected. */
function openRow({ target, ctrlKey, metaKey }: MouseEvent<HTMLTableSectionElement>): void {
  if (!(target instanceof Element) || target.closest('a, button, input, label, [role="dialog"]') !== null) return;
  if (document.getSelection()?.isCollapsed === false) return;
  const link = target.closest('tr')?.querySelector('td a');
  link?.dispatchEvent(new globalThis.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey }));
}

function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  return (
    <tr aria-hidden className={classes['spacer']}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

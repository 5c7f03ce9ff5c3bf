import type { ReactNode } from 'react';
import type { useList } from './list-table.tsx';
import classes from './load-more.module.css';

/** Under a list that does not load by scrolling: reads its next page, as long as there is one. */
export function LoadMore({
  query: { hasNextPage, isFetchingNextPage, fetchNextPage },
  children = 'Show more',
}: {
  readonly query: Pick<ReturnType<typeof useList>, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  readonly children?: ReactNode;
}) {
  if (!hasNextPage) return null;
  return (
    <button
      type="button"
      className={classes['more']}
      disabled={isFetchingNextPage}
      onClick={() => void fetchNextPage()}
    >
      {children}
    </button>
  );
}

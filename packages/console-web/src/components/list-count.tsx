import { Count } from './count.tsx';
import type { ListPage } from './list-table.tsx';

/** How many rows there are: of a list that is not narrowed, the count that its tab and its links show. */
export function ListCount({
  page,
  isFiltered,
  all,
  word,
  words,
}: {
  readonly page: Pick<ListPage<unknown>, 'totalCount' | 'totalIsLowerBound'> | undefined;
  readonly isFiltered: boolean;
  readonly all?: number | undefined;
  readonly word: string;
  readonly words: string;
}) {
  if (page === undefined) return null;
  if (!isFiltered && all !== undefined && all > page.totalCount) return <Count total={all} word={word} words={words} />;
  return (
    <Count
      total={page.totalCount}
      isLowerBound={page.totalIsLowerBound}
      of={isFiltered ? all : undefined}
      word={word}
      words={words}
    />
  );
}

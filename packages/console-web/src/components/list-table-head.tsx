import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ListColumn, Sorted } from './list-table.tsx';

/** What the columns are called, and by which of them the rows are sorted. */
export function ListHead<Row, Sort extends string>({
  columns,
  sort,
  onSort,
}: {
  readonly columns: readonly ListColumn<Row, Sort>[];
  readonly sort: string;
  readonly onSort: (sort: Sorted<Sort>) => void;
}) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <Head key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

function Head<Row, Sort extends string>({
  column: { title, width, numeric = false, sort: name, rank = 2 },
  sort,
  onSort,
}: {
  readonly column: ListColumn<Row, Sort>;
  readonly sort: string;
  readonly onSort: (sort: Sorted<Sort>) => void;
}) {
  const isUp = name !== undefined && sort === name;
  const isDown = name !== undefined && sort === `-${name}`;
  return (
    <th
      scope="col"
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}
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

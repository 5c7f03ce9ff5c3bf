import type { ListColumn } from './list-table.tsx';
import classes from './list-table-skeleton.module.css';

const rows = 12;

/** Rows in the shape of what comes; they are seen only when it takes a moment. */
export function SkeletonRows<Row, Sort extends string>({
  columns,
}: {
  readonly columns: readonly ListColumn<Row, Sort>[];
}) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden className={classes['row']}>
      {columns.map(({ id, numeric = false, rank = 2, shape = numeric ? 'short' : 'text' }, column) => (
        <td key={id} className={numeric ? 'number' : undefined} data-rank={rank}>
          <span className={classes['cell']}>
            {(shape === 'person' || shape === 'thing') && <i className={classes[shape]} />}
            <span className={classes['lines']}>
              <i className={classes['bar']} data-shape={shape} data-size={(row * 5 + column * 3) % 4} />
              {shape !== 'text' && shape !== 'short' && (
                <i className={classes['bar']} data-shape={shape} data-size={(row * 3 + column + 2) % 4} />
              )}
            </span>
          </span>
        </td>
      ))}
    </tr>
  ));
}

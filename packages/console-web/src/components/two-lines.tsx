import type { ReactNode } from 'react';
import classes from './two-lines.module.css';

/** A name, and under it what qualifies it. */
export function TwoLines({
  mark,
  first,
  second,
  mono = false,
  title,
}: {
  readonly mark?: ReactNode;
  readonly first: ReactNode;
  readonly second?: ReactNode;
  readonly mono?: boolean;
  /** The first line in full, where it may be cut. */
  readonly title?: string;
}) {
  return (
    <span className={classes['cell']}>
      {mark}
      <span className={classes['lines']}>
        <span className={classes['first']} dir="auto" title={title}>
          {first}
        </span>
        {second !== undefined && second !== '' && (
          <span
            className={mono ? `${classes['second']} mono` : classes['second']}
            dir="auto"
            title={typeof second === 'string' ? second : undefined}
          >
            {second}
          </span>
        )}
      </span>
    </span>
  );
}

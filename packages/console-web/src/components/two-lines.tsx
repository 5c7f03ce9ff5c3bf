import type { ReactNode } from 'react';
import classes from './two-lines.module.css';

/** A name, and under it what qualifies it. */
export function TwoLines({
  mark,
  first,
  second,
  mono = false,
}: {
  readonly mark?: ReactNode;
  readonly first: ReactNode;
  readonly second?: ReactNode;
  readonly mono?: boolean;
}) {
  return (
    <span className={classes['cell']}>
      {mark}
      <span className={classes['lines']}>
        <span className={classes['first']} dir="auto">
          {first}
        </span>
        {second !== undefined && second !== '' && (
          <span className={mono ? `${classes['second']} mono` : classes['second']} dir="auto">
            {second}
          </span>
        )}
      </span>
    </span>
  );
}

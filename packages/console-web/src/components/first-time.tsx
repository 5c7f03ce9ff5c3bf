import { IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './first-time.module.css';

/** A place where nothing has ever been: what will be here, drawn faintly, and the one next step before it. */
export function FirstTime({
  title,
  action,
  note,
  children,
}: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly note: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes['place']}>
      <div className={classes['faint']} aria-hidden>
        {[148, 116, 164, 126, 136].map((width) => (
          <div key={width}>
            <i />
            <i style={{ width }} />
            <i style={{ width: 88, marginLeft: 'auto' }} />
            <i style={{ width: 64 }} />
          </div>
        ))}
      </div>
      <section className={classes['card']}>
        <h2>{title}</h2>
        <p>{children}</p>
        {action}
        <p className={classes['note']}>
          <IconEye size={16} stroke={1.6} aria-hidden />
          {note}
        </p>
      </section>
    </div>
  );
}

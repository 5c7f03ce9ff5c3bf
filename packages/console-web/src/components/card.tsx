import type { ReactNode } from 'react';
import classes from './card.module.css';

export function Card({
  title,
  action,
  children,
}: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes['card']}>
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      <div className={classes['body']}>{children}</div>
    </section>
  );
}

/** Names at the left, what is known at the right. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A main column and a side column, one under the other when it is narrow. */
export function Columns({ main, side }: { readonly main: ReactNode; readonly side: ReactNode }) {
  return (
    <div className={classes['columns']}>
      <div>{main}</div>
      <aside>{side}</aside>
    </div>
  );
}

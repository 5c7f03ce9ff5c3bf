import type { ReactNode } from 'react';
import { OutsideBrand } from './brand.tsx';
import classes from './outside.module.css';

/** What will come at the left, the form at the right. */
export function Story({
  steps,
  children,
}: {
  /** The first one is where the person is. */
  readonly steps: readonly (readonly [title: string, text: string])[];
  readonly children: ReactNode;
}) {
  return (
    <div className={classes['story']}>
      <header>
        <OutsideBrand />
        <p className={classes['claim']}>Know who may do what, and be able to prove it.</p>
        <ol className={classes['steps']}>
          {steps.map(([title, text], index) => (
            <li key={title} aria-current={index === 0 ? 'step' : undefined}>
              <strong>{title}</strong>
              {text}
            </li>
          ))}
        </ol>
        <p className={classes['promise']}>
          Everything stays on this server. Nothing is sent anywhere but to the apps that you connect.
        </p>
      </header>
      <main className={classes['panel']}>{children}</main>
    </div>
  );
}

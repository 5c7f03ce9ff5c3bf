import { Link } from '@tanstack/react-router';
import classes from './tabs.module.css';

/** Tabs that stand in the address; a count is that of the list behind it. */
export function AddressTabs({
  tabs,
  current,
}: {
  readonly tabs: readonly { readonly id: string; readonly label: string; readonly count?: number }[];
  readonly current: string;
}) {
  return (
    <nav className={classes['tabs']} aria-label="Parts of this page">
      {tabs.map(({ id, label, count }) => (
        <Link
          key={id}
          to="."
          search={{ tab: id }}
          aria-current={id === current ? 'page' : undefined}
          className={classes['tab']}
        >
          {label}
          {count !== undefined && <span>{count.toLocaleString('en')}</span>}
        </Link>
      ))}
    </nav>
  );
}

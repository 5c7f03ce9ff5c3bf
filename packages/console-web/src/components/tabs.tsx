import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import classes from './tabs.module.css';

/** Tabs that stand in the address; a count is that of the list behind it. */
export function AddressTabs({
  tabs,
  current,
}: {
  readonly tabs: readonly { readonly id: string; readonly label: string; readonly count?: number | undefined }[];
  readonly current: string;
}) {
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the tabs scroll sideways; only they may, not the page.
  useEffect(() => {
    const tab = nav.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(current)}"]`);
    if (nav.current === null || tab === null || tab === undefined) return;
    const { offsetLeft, offsetWidth } = tab;
    const { clientWidth } = nav.current;
    if (offsetLeft + offsetWidth > clientWidth) nav.current.scrollLeft = offsetLeft - (clientWidth - offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={nav} className={classes['tabs']} aria-label="Parts of this page">
      {tabs.map(({ id, label, count }) => (
        <Link
          key={id}
          data-tab={id}
          to="."
          search={{ tab: id }}
          aria-current={id === current ? 'page' : undefined}
          className={classes['tab']}
        >
          <TabText label={label} count={count} />
        </Link>
      ))}
    </nav>
  );
}

/** Tabs that are pages of their own. */
export function PlaceTabs({
  tabs,
}: {
  readonly tabs: readonly {
    readonly to: '/apps' | '/unmanaged-apps';
    readonly label: string;
    readonly count: number | undefined;
  }[];
}) {
  return (
    <nav className={classes['tabs']} aria-label="Lists like this">
      {tabs.map(({ to, label, count }) => (
        <Link
          key={to}
          to={to}
          className={classes['tab']}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          <TabText label={label} count={count} />
        </Link>
      ))}
    </nav>
  );
}

function TabText({ label, count }: { readonly label: string; readonly count: number | undefined }) {
  return (
    <>
      {label}
      {count !== undefined && <span>{count.toLocaleString('en')}</span>}
    </>
  );
}

import { ActionIcon } from '@mantine/core';
import { IconChevronRight, IconHelp } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { showKeys } from './key-list.tsx';
import classes from './page.module.css';

export interface Crumb {
  readonly label: string;
  readonly link?: LinkProps;
}

/** Top bar with where this is and what can be done, then the page. The last crumb is the place, the h1 the thing. */
export function Page({
  crumbs,
  actions,
  title,
  children,
}: {
  readonly crumbs: readonly Crumb[];
  readonly actions?: ReactNode;
  /** Of the browser's tab. */
  readonly title: string;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <header className={classes['bar']}>
        <nav aria-label="Breadcrumb">
          <ol>
            {crumbs.map(({ label, link }, index) => (
              <li key={label} aria-current={index === crumbs.length - 1 ? 'page' : undefined}>
                {index > 0 && <IconChevronRight size={14} stroke={1.7} aria-hidden />}
                {link === undefined ? <span dir="auto">{label}</span> : <Link {...link}>{label}</Link>}
              </li>
            ))}
          </ol>
        </nav>
        <div className={classes['actions']}>
          {actions}
          <ActionIcon
            className={classes['help'] ?? ''}
            variant="subtle"
            color="gray"
            aria-label="Keyboard"
            title="Keyboard (?)"
            onClick={showKeys}
          >
            <IconHelp size={16} stroke={1.6} aria-hidden />
          </ActionIcon>
        </div>
      </header>
      <div className={classes['page']}>{children}</div>
    </>
  );
}

/** The h1, one sentence under it, and what stands at its right. */
export function PageHead({
  title,
  mark,
  aside,
  children,
}: {
  readonly title: string;
  readonly mark?: ReactNode;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className={classes['head']}>
      {mark}
      <div className={classes['words']}>
        <h1 dir="auto">{title}</h1>
        {children !== undefined && <div className={classes['sentence']}>{children}</div>}
      </div>
      {aside}
    </div>
  );
}

import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { SearchDialog } from '../search/search-dialog.tsx';
import classes from './frame.module.css';
import { KeyList } from './key-list.tsx';
import { Navigation } from './navigation.tsx';
import { useSessionOver } from './session-over.ts';
import { BottomBar, TopBar } from './small-screen.tsx';
import { useKeys } from './use-keys.ts';

const SessionOverDialog = lazy(() => import('./session-over-dialog.tsx'));

/** Navigation on the frame, the page in an inset panel. */
export function Frame() {
  useKeys();
  const isOver = useSessionOver();
  return (
    <div className={classes['frame']}>
      <a className={classes['skip']} href="#page">
        Skip to the page
      </a>
      <TopBar />
      <Navigation />
      <main id="page" data-scroll-restoration-id="page" className={classes['panel']} tabIndex={-1}>
        <Outlet />
      </main>
      <BottomBar />
      <SearchDialog />
      <KeyList />
      {isOver && (
        <Suspense>
          <SessionOverDialog />
        </Suspense>
      )}
    </div>
  );
}

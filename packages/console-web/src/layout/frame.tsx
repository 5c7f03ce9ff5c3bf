import { Outlet } from '@tanstack/react-router';
import { SearchDialog } from '../search/search-dialog.tsx';
import classes from './frame.module.css';
import { Navigation } from './navigation.tsx';

/** Navigation on the frame, the page in an inset panel. */
export function Frame() {
  return (
    <div className={classes['frame']}>
      <a className={classes['skip']} href="#page">
        Skip to the page
      </a>
      <Navigation />
      <main id="page" className={classes['panel']} tabIndex={-1}>
        <Outlet />
      </main>
      <SearchDialog />
    </div>
  );
}

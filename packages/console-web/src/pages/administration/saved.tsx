import { IconCheck } from '@tabler/icons-react';
import classes from './administration.module.css';

/** Beside the button, as long as nothing was typed since. */
export function Saved({ when }: { readonly when: boolean }) {
  return (
    <span role="status" className={classes['saved']}>
      {when && (
        <>
          <IconCheck size={14} stroke={1.7} aria-hidden />
          Saved
        </>
      )}
    </span>
  );
}

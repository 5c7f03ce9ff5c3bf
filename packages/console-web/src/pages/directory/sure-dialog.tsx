import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';

/** Asks before something that somebody else will notice: the title is the question, the button says it again. */
export function SureDialog({
  title,
  button,
  isDanger = false,
  children,
  isPending,
  error,
  onConfirm,
  onClose,
}: {
  readonly title: string;
  readonly button: string;
  readonly isDanger?: boolean;
  /** What ends or begins, for whom, and whether it can come back. */
  readonly children: ReactNode;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title={title} size={440}>
      <div className={classes['form']}>
        <p className={classes['text']}>{children}</p>
        {error !== null && error !== undefined && <ErrorNote error={error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button {...(isDanger && { color: 'danger' })} loading={isPending} onClick={onConfirm}>
            {button}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNote } from '../../components/note.tsx';
import classes from './form-dialog.module.css';

/** A form in a dialog: the title is the question, the button names what happens. */
export function FormDialog({
  title,
  button,
  children,
  isPending,
  error,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  readonly button: string;
  readonly children: ReactNode;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title={title} size={560}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {error !== null && error !== undefined && <ErrorNote error={error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

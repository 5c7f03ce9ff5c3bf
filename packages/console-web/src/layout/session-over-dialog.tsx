import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { SignInForm } from '../pages/outside/sign-in-form.tsx';
import { setSessionOver } from './session-over.ts';
import classes from './session-over-dialog.module.css';

/** The session ended while a page was open: what was typed stays, the person signs in again over it. */
export default function SessionOverDialog() {
  const queries = useQueryClient();
  const user = useSession()?.user;
  const { href } = useLocation();
  return (
    <Modal
      opened
      onClose={() => undefined}
      title="Your session has ended"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size={440}
    >
      <p className={classes['sentence']}>
        Sign in again to go on where you were. What you typed on this page is still there.
      </p>
      <SignInForm
        email={user?.email ?? ''}
        returnTo={href}
        onSignedIn={(session) => {
          // Another person must not go on in what this one had open.
          if (user !== undefined && session?.user.id !== user.id) window.location.assign('/');
          setSessionOver(false);
          void queries.invalidateQueries();
        }}
      />
    </Modal>
  );
}

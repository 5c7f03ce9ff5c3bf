import type { User } from '@baton-ts/console-api';
import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';

/** What ends, for whom, and whether it can come back. */
export function DisablePerson({
  user,
  onClose,
}: {
  readonly user: Pick<User, 'id' | 'displayName'>;
  readonly onClose: () => void;
}) {
  const queries = useQueryClient();
  const disable = useMutation({
    mutationFn: () => call('POST /api/v1/users/{user_id}/disable', { params: { user_id: user.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Disable ${user.displayName}?`} size={440}>
      <div className={classes['form']}>
        <p className={classes['text']}>
          {user.displayName} is signed out at once and cannot sign in; API keys and invitations stop working. Accounts
          in connected apps stay as they are. Enable brings the person back.
        </p>
        {disable.isError && <ErrorNote error={disable.error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button color="danger" loading={disable.isPending} onClick={() => disable.mutate()}>
            Disable person
          </Button>
        </div>
      </div>
    </Modal>
  );
}

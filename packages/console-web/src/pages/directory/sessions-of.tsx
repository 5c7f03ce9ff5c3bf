import type { User } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';
import { SessionRows } from './session-rows.tsx';
import { SureDialog } from './sure-dialog.tsx';

/** Where a person is signed in, for whoever manages people. */
export function SessionsOf({
  user: { id: user_id, displayName },
}: {
  readonly user: Pick<User, 'id' | 'displayName'>;
}) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const sessions = useQuery({
    queryKey: ['sessions-of', user_id],
    queryFn: ({ signal }) => call('GET /api/v1/users/{user_id}/sessions', { params: { user_id } }, signal),
  });
  const end = useMutation({
    mutationFn: () => call('DELETE /api/v1/users/{user_id}/sessions', { params: { user_id } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      setAsking(false);
    },
  });
  const list = sessions.data?.list ?? [];
  return (
    <Card title="Signed in">
      <div className={classes['form']}>
        {sessions.isError && <ErrorNote error={sessions.error} retry={() => void sessions.refetch()} />}
        {sessions.isSuccess && list.length === 0 && <p className={classes['quiet']}>Nowhere at the moment.</p>}
        <SessionRows sessions={list} />
        {list.length > 0 && (
          <div>
            <Button variant="default" color="danger" onClick={() => setAsking(true)}>
              Sign out everywhere
            </Button>
          </div>
        )}
      </div>
      {isAsking && (
        <SureDialog
          title={`Sign out ${displayName} everywhere?`}
          button="Sign out everywhere"
          isDanger
          isPending={end.isPending}
          error={end.error}
          onConfirm={() => end.mutate()}
          onClose={() => setAsking(false)}
        >
          {list.length === 1 ? 'One session ends' : `${list.length} sessions end`} at once; what is typed and not saved
          is lost. {displayName} can sign in again, and API keys go on working. To keep somebody out, disable the
          person.
        </SureDialog>
      )}
    </Card>
  );
}

import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import classes from './directory.module.css';
import { SessionRows } from './session-rows.tsx';

/** Where I am signed in, and how that ends. */
export function OwnSessions() {
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => call('GET /api/v1/sessions', {}, signal),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({
    mutationFn: (session_id: string) => call('DELETE /api/v1/sessions/{session_id}', { params: { session_id } }),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => call('POST /api/v1/sessions/end_others', {}),
    onSettled: refresh,
  });
  const list = sessions.data?.list ?? [];
  const others = list.filter(({ isCurrent }) => !isCurrent).length;
  return (
    <Card title="Where you are signed in">
      <div className={classes['form']}>
        {sessions.isError && <ErrorNote error={sessions.error} retry={() => void sessions.refetch()} />}
        <SessionRows sessions={list} onEnd={({ id }) => end.mutate(id)} />
        {end.isError && <ErrorNote error={end.error} />}
        {endOthers.isError && <ErrorNote error={endOthers.error} />}
        {endOthers.isSuccess && others === 0 && <Note title="You are signed out everywhere else." />}
        {others > 0 && (
          <div>
            <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
              {others === 1 ? 'Sign out the other device' : `Sign out ${others} other devices`}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay, useSeesApps, useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Columns } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import { AccountsOf } from './accounts-of.tsx';
import classes from './directory.module.css';
import { EditPerson } from './edit-person.tsx';
import { HandOverLink } from './hand-over-link.tsx';
import { PersonFacts } from './person-facts.tsx';
import { ReportsOf } from './reports-of.tsx';
import { SessionsOf } from './sessions-of.tsx';
import { SwitchPerson } from './switch-person.tsx';

/** Who is this, what is theirs, what may they do here? */
export function UserPage() {
  const { userId: user_id } = useParams({ from: '/inside/users/$userId' });
  const queries = useQueryClient();
  const mayManage = useMay('people.manage');
  const mayReadLog = useMay('log.read');
  const seesApps = useSeesApps();
  const me = useSession()?.user.id;
  const [dialog, setDialog] = useState<'edit' | 'switch'>();
  const query = useQuery({
    queryKey: ['user', user_id],
    queryFn: ({ signal }) => call('GET /api/v1/users/{user_id}', { params: { user_id } }, signal),
  });
  const invite = useMutation({
    mutationFn: () => call('POST /api/v1/users/{user_id}/invite', { params: { user_id } }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const user = query.data?.user;
  const crumbs = [
    { label: 'Directory' },
    { label: 'Users', link: { to: '/users' } },
    { label: user?.displayName ?? 'Person' },
  ] as const;
  if (user === undefined) {
    return <UnreadPage title="Person" crumbs={crumbs} query={query} mark="person" />;
  }
  const isEnabled = user.status === 'ENABLED';
  const close = () => setDialog(undefined);
  return (
    <Page
      title={user.displayName}
      crumbs={crumbs}
      actions={
        mayManage && (
          <>
            {isEnabled && (
              <Button size="sm" variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
                {user.lastSignInAt === null ? 'Send an invitation' : 'Send a link for a new password'}
              </Button>
            )}
            {user.id !== me && (
              <Button
                size="sm"
                variant="default"
                {...(isEnabled && { color: 'danger' })}
                onClick={() => setDialog('switch')}
              >
                {isEnabled ? 'Disable' : 'Enable'}
              </Button>
            )}
            <Button size="sm" onClick={() => setDialog('edit')}>
              Edit
            </Button>
          </>
        )
      }
    >
      <PageHead title={user.displayName} mark={<Avatar name={user.displayName} size={40} />}>
        <span className={classes['facts']}>
          <span dir="auto">
            {[user.jobTitle, user.department, user.email].filter((text) => text !== '').join(' · ')}
          </span>
          {mayReadLog && (
            <>
              <Link to="/system-log" search={{ who: user.id }}>
                What this person did
              </Link>
              <Link to="/system-log" search={{ object: user.id }}>
                What was done to this person
              </Link>
            </>
          )}
        </span>
      </PageHead>
      {invite.isError && (
        <div className={classes['above']}>
          <ErrorNote error={invite.error} />
        </div>
      )}
      {invite.isSuccess && (
        <div className={classes['above']}>
          <Note title={`A mail to ${user.email} is in the outbox.`}>
            Its link works once, for 7 days. Without a mail server it is not sent: set one in Settings, then send it
            again, or <HandOverLink userId={user.id} />.
          </Note>
        </div>
      )}
      {dialog === 'edit' && <EditPerson user={user} onClose={close} />}
      {dialog === 'switch' && <SwitchPerson user={user} onClose={close} />}
      <Columns
        main={
          <div className={classes['cards']}>
            {seesApps && <AccountsOf userId={user.id} />}
            <ReportsOf userId={user.id} />
          </div>
        }
        side={
          <>
            <PersonFacts user={user} />
            {mayManage && <SessionsOf user={user} />}
          </>
        }
      />
    </Page>
  );
}

import type { Role } from '@baton-ts/console-api';
import { Button, MultiSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay, useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { AccountsOf } from './accounts-of.tsx';
import classes from './directory.module.css';
import { DisablePerson } from './disable-person.tsx';
import { HandOverLink } from './hand-over-link.tsx';
import { PersonStatus } from './person-status.tsx';
import { roleOptions, rolesOf } from './role-options.ts';

export function UserPage() {
  const { userId: user_id } = useParams({ from: '/inside/users/$userId' });
  const queries = useQueryClient();
  const mayManage = useMay('people.manage');
  const mayRoles = useMay('people.roles');
  const me = useSession()?.user.id;
  const [isDisabling, setDisabling] = useState(false);
  const query = useQuery({
    queryKey: ['user', user_id],
    queryFn: ({ signal }) => call('GET /api/v1/users/{user_id}', { params: { user_id } }, signal),
  });
  const change = useMutation({
    mutationFn: (action: 'enable' | 'invite' | { readonly roles: Role[] }) => {
      const params = { user_id };
      if (action === 'enable') return call('POST /api/v1/users/{user_id}/enable', { params });
      if (action === 'invite') return call('POST /api/v1/users/{user_id}/invite', { params });
      return call('POST /api/v1/users/{user_id}', { params, body: action });
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const user = query.data?.user;
  const crumbs = [
    { label: 'Directory' },
    { label: 'Users', link: { to: '/users' } },
    { label: user?.displayName ?? 'Person' },
  ] as const;
  if (user === undefined) {
    return (
      <Page title="Person" crumbs={crumbs}>
        {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      </Page>
    );
  }
  const isEnabled = user.status === 'ENABLED';
  return (
    <Page
      title={user.displayName}
      crumbs={crumbs}
      actions={
        mayManage && (
          <>
            {isEnabled && (
              <Button
                size="sm"
                variant="default"
                loading={change.isPending && change.variables === 'invite'}
                onClick={() => change.mutate('invite')}
              >
                {user.lastSignInAt === null ? 'Send an invitation' : 'Send a link for a new password'}
              </Button>
            )}
            {isEnabled && user.id !== me && (
              <Button size="sm" variant="default" color="danger" onClick={() => setDisabling(true)}>
                Disable
              </Button>
            )}
            {!isEnabled && (
              <Button size="sm" variant="default" loading={change.isPending} onClick={() => change.mutate('enable')}>
                Enable
              </Button>
            )}
          </>
        )
      }
    >
      <PageHead title={user.displayName} mark={<Avatar name={user.displayName} size={40} />}>
        {[user.jobTitle, user.department, user.email].filter((text) => text !== '').join(' · ')}
      </PageHead>
      {change.isError && (
        <div className={classes['above']}>
          <ErrorNote error={change.error} />
        </div>
      )}
      {change.isSuccess && change.variables === 'invite' && (
        <div className={classes['above']}>
          <Note title={`A mail to ${user.email} is in the outbox.`}>
            Its link works once, for 7 days. Without a mail server it is not sent: set one in Settings, then send it
            again, or <HandOverLink userId={user.id} />.
          </Note>
        </div>
      )}
      {isDisabling && <DisablePerson user={user} onClose={() => setDisabling(false)} />}
      <Columns
        main={<AccountsOf userId={user.id} />}
        side={
          <>
            <Card title="Details">
              <Facts
                facts={[
                  ['Status', <PersonStatus key="status" user={user} />],
                  ['Email', user.email],
                  ['Title', user.jobTitle || '–'],
                  ['Department', user.department || '–'],
                  ['Manager', user.manager?.displayName ?? '–'],
                  [
                    'Last sign-in',
                    user.lastSignInAt === undefined ? 'not shown to you' : <When key="seen" at={user.lastSignInAt} />,
                  ],
                  ['Added', <When key="added" at={user.createdAt} />],
                ]}
              />
            </Card>
            {user.roles !== undefined && (
              <Card title="Roles in this console">
                {mayRoles ? (
                  <MultiSelect
                    aria-label="Roles"
                    data={roleOptions}
                    value={user.roles}
                    disabled={change.isPending}
                    onChange={(values) => change.mutate({ roles: rolesOf(values) })}
                  />
                ) : (
                  <ul className={classes['list']}>
                    {roleOptions
                      .filter(({ value }) => user.roles?.includes(value))
                      .map(({ value, label }) => (
                        <li key={value}>{label}</li>
                      ))}
                  </ul>
                )}
              </Card>
            )}
          </>
        }
      />
    </Page>
  );
}

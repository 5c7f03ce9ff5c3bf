import type { Role } from '@baton-ts/console-api';
import { Button, MultiSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { roleNames } from '../../layout/role-name.ts';
import { AccountsOf } from './accounts-of.tsx';

export function UserPage() {
  const { userId: user_id } = useParams({ from: '/inside/users/$userId' });
  const queries = useQueryClient();
  const mayManage = useMay('people.manage');
  const mayRoles = useMay('people.roles');
  const query = useQuery({
    queryKey: ['user', user_id],
    queryFn: ({ signal }) => call('GET /api/v1/users/{user_id}', { params: { user_id } }, signal),
  });
  const change = useMutation({
    mutationFn: (action: 'disable' | 'enable' | 'invite' | { readonly roles: Role[] }) => {
      const params = { user_id };
      if (action === 'disable') return call('POST /api/v1/users/{user_id}/disable', { params });
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
            <Button size="sm" variant="default" onClick={() => change.mutate('invite')}>
              Send an invitation
            </Button>
            <Button
              size="sm"
              variant="default"
              color={isEnabled ? 'danger' : 'gray'}
              onClick={() => change.mutate(isEnabled ? 'disable' : 'enable')}
            >
              {isEnabled ? 'Disable' : 'Enable'}
            </Button>
          </>
        )
      }
    >
      <PageHead title={user.displayName} mark={<Avatar name={user.displayName} size={40} />}>
        {[user.jobTitle, user.department, user.email].filter((text) => text !== '').join(' · ')}
      </PageHead>
      {change.isError && <ErrorNote error={change.error} />}
      <Columns
        main={<AccountsOf userId={user.id} />}
        side={
          <>
            <Card title="Details">
              <Facts
                facts={[
                  ['Status', isEnabled ? 'Active' : 'Disabled'],
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
                <MultiSelect
                  aria-label="Roles"
                  readOnly={!mayRoles}
                  data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
                  value={user.roles}
                  onChange={(values) => change.mutate({ roles: rolesOf(values) })}
                />
              </Card>
            )}
          </>
        }
      />
    </Page>
  );
}

function rolesOf(values: readonly string[]): Role[] {
  return Object.keys(roleNames).filter((name): name is Role => values.includes(name));
}

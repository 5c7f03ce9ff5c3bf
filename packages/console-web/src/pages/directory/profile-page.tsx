import { Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay, useSession } from '../../api/session.ts';
import { Card, Columns } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { OwnAccounts } from '../my-accounts/own-accounts.tsx';
import { ChangePassword } from './change-password.tsx';
import classes from './directory.module.css';
import { EditPerson } from './edit-person.tsx';
import { Keyboard } from './keyboard.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { PersonFacts } from './person-facts.tsx';

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: 'never', label: 'Never' },
];

/** The signed-in person: what is known of them, their accounts, where they are signed in, and API keys for scripts. */
export function ProfilePage() {
  const session = useSession();
  const mayManage = useMay('people.manage');
  const [isEditing, setEditing] = useState(false);
  if (session === null) return null;
  const { user } = session;
  return (
    <Page
      title="My profile"
      crumbs={[{ label: 'My profile' }]}
      actions={
        mayManage && (
          <Button size="sm" variant="default" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      <PageHead title={user.displayName}>
        {user.email}
        {!mayManage && ' · A Super Administrator changes what is known of you here: accounts and rights go by it.'}
      </PageHead>
      {isEditing && <EditPerson user={user} onClose={() => setEditing(false)} />}
      <Columns
        main={
          <div className={classes['cards']}>
            <OwnAccounts title="My accounts" />
            <OwnSessions />
            <ApiKeys />
          </div>
        }
        side={
          <>
            <PersonFacts user={user} />
            <ChangePassword />
            <Keyboard />
          </>
        }
      />
    </Page>
  );
}

function ApiKeys() {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [lifetime, setLifetime] = useState<string | null>('90');
  const [made, setMade] = useState<{ readonly clientId: string; readonly clientSecret: string }>();
  const keys = useQuery({
    queryKey: ['api-keys'],
    queryFn: ({ signal }) => call('GET /api/v1/iam/personal_clients', {}, signal),
  });
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/v1/iam/personal_clients', {
        body: { displayName: name, expiresInDays: lifetime === '30' ? 30 : lifetime === '90' ? 90 : null },
      }),
    onSuccess: async ({ client, clientSecret }) => {
      setMade({ clientId: client.clientId, clientSecret });
      setName('');
      await queries.invalidateQueries({ queryKey: ['api-keys'] });
    },
  });
  const revoke = useMutation({
    mutationFn: (client_id: string) =>
      call('DELETE /api/v1/iam/personal_clients/{client_id}', { params: { client_id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  return (
    <Card title="API keys">
      {keys.isError && <ErrorNote error={keys.error} retry={() => void keys.refetch()} />}
      <ul className={classes['keys']}>
        {(keys.data?.list ?? []).map((key) => (
          <li key={key.clientId}>
            <span className={classes['grow']} dir="auto">
              {key.displayName}
              <small>
                {key.expiresAt === null ? 'never ends' : <>ends {dateText(key.expiresAt)}</>} ·{' '}
                {key.lastUsedAt === null ? (
                  'never used'
                ) : (
                  <>
                    used <When at={key.lastUsedAt} />
                  </>
                )}
              </small>
            </span>
            <Button
              size="xs"
              variant="subtle"
              color="danger"
              aria-label={`Revoke ${key.displayName}`}
              onClick={() => revoke.mutate(key.clientId)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <TextInput
          label="Name"
          required
          mt="md"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Ends after"
          mt="md"
          data={lifetimes}
          value={lifetime}
          onChange={setLifetime}
          allowDeselect={false}
        />
        {revoke.isError && <ErrorNote error={revoke.error} />}
        {create.isError && <ErrorNote error={create.error} />}
        <Button type="submit" mt="md" loading={create.isPending}>
          Create API key
        </Button>
      </form>
      {made !== undefined && (
        <ShownOnce
          title="A new API key"
          values={[
            ['Client ID', made.clientId],
            ['Client secret', made.clientSecret],
          ]}
          onDone={() => setMade(undefined)}
        />
      )}
    </Card>
  );
}

function dateText(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

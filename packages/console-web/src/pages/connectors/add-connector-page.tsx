import type { CatalogEntry, PersonRef } from '@baton-ts/console-api';
import { Button, Radio, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { PersonPicker } from '../../components/person-picker.tsx';
import { Page } from '../../layout/page.tsx';
import classes from './add-connector.module.css';
import { kindNames } from './kind-names.ts';

type Step = 'connector' | 'app' | 'owners';
const steps: readonly (readonly [Step, string])[] = [
  ['connector', 'Choose a connector'],
  ['app', 'Choose the app'],
  ['owners', 'Name the owners'],
];

type App =
  | { readonly kind: 'new'; readonly displayName: string }
  | { readonly kind: 'existing'; readonly appId: string };

/** What will be added, where, and who looks after it. Nothing is written until the last button. */
export function AddConnectorPage() {
  const session = useSession();
  const [step, setStep] = useState<Step>('connector');
  const [entry, setEntry] = useState<CatalogEntry>();
  const [app, setApp] = useState<App>({ kind: 'new', displayName: '' });
  const [owners, setOwners] = useState<readonly PersonRef[]>(session === null ? [] : [session.user]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (catalogId: CatalogEntry['catalogId']) =>
      call('POST /api/v1/connectors/create', {
        body: { catalogId, displayName: entry?.displayName ?? '', app, userIds: owners.map(({ id }) => id) },
      }),
    onSuccess: async ({ connector }) => {
      await queries.invalidateQueries();
      await navigate({
        to: '/apps/$appId/connectors/$connectorId',
        params: { appId: connector.appId, connectorId: connector.id },
      });
    },
  });
  const mailed = owners.filter(({ id }) => id !== session?.user.id).map(({ displayName }) => displayName);
  const isAppChosen = app.kind === 'new' ? app.displayName.trim() !== '' : app.appId !== '';
  return (
    <Page
      title="Add connector"
      crumbs={[
        { label: 'Integrations' },
        { label: 'Connectors', link: { to: '/connectors' } },
        { label: 'Add connector' },
      ]}
      actions={
        <Button component={Link} to="/connectors" size="sm" variant="subtle">
          Cancel
        </Button>
      }
    >
      <div className={classes['wizard']}>
        <ol className={classes['steps']}>
          {steps.map(([name, label], index) => {
            const at = steps.findIndex(([one]) => one === step);
            return (
              <li key={name} aria-current={name === step ? 'step' : undefined} data-done={index < at}>
                {label}
              </li>
            );
          })}
          <li className={classes['then']}>
            {entry?.catalogId === 'baton'
              ? 'Then you make a client id and secret on the connector’s page.'
              : 'Then you paste the API key on the connector’s page.'}
          </li>
        </ol>
        <div className={classes['form']}>
          {step === 'connector' && (
            <ChooseConnector
              onChoose={(chosen) => {
                setEntry(chosen);
                setApp({ kind: 'new', displayName: chosen.catalogId === 'sendgrid' ? 'SendGrid' : '' });
                setStep('app');
              }}
            />
          )}
          {step === 'app' && <ChooseApp app={app} onChange={setApp} />}
          {step === 'owners' && (
            <>
              <h1>Who looks after this connector?</h1>
              <p>
                Owners can change settings, and hear when a sync fails. Choose yourself, or the people who hold the API
                key.
              </p>
              <PersonPicker label="Owners" people={owners} onChange={setOwners} />
              <Note title="Owners of the connector do not become owners of the app.">
                Set those on the app’s Overview.
              </Note>
              {create.isError && <ErrorNote error={create.error} />}
            </>
          )}
        </div>
      </div>
      {step !== 'connector' && (
        <footer className={classes['footer']}>
          <Button variant="subtle" onClick={() => setStep(step === 'owners' ? 'app' : 'connector')}>
            Back
          </Button>
          <span>
            {step === 'owners' &&
              mailed.length > 0 &&
              `${mailed.join(', ')} ${mailed.length === 1 ? 'gets' : 'get'} an email with a link to finish set-up.`}
          </span>
          {step === 'app' ? (
            <Button disabled={!isAppChosen} onClick={() => setStep('owners')}>
              Next
            </Button>
          ) : (
            <Button
              disabled={owners.length === 0 || entry === undefined}
              loading={create.isPending}
              onClick={() => entry !== undefined && create.mutate(entry.catalogId)}
            >
              Create connector
            </Button>
          )}
        </footer>
      )}
    </Page>
  );
}

function ChooseConnector({ onChoose }: { readonly onChoose: (entry: CatalogEntry) => void }) {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 150);
  const catalogue = useQuery({
    queryKey: ['catalogue', query],
    queryFn: ({ signal }) => call('GET /api/v1/connectorcatalog', { query: { query } }, signal),
    placeholderData: keepPreviousData,
  });
  const entries = catalogue.data?.list ?? [];
  return (
    <>
      <h1>Add connector</h1>
      <p>What should the console read?</p>
      <TextInput
        aria-label="Search connectors"
        placeholder="Search, for example SendGrid"
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        data-autofocus
      />
      <p role="status" className={classes['matches']}>
        {query === ''
          ? `${entries.length} connectors`
          : `${entries.length} ${entries.length === 1 ? 'match' : 'matches'} for “${query}”`}
      </p>
      {catalogue.isError && <ErrorNote error={catalogue.error} retry={() => void catalogue.refetch()} />}
      <ul className={classes['catalogue']}>
        {entries.map((entry) => (
          <li key={entry.catalogId}>
            <Avatar name={entry.displayName} kind="thing" size={40} />
            <div>
              <h2>
                {entry.displayName} <span className={classes['tag']}>{kindNames[entry.catalogId]}</span>
              </h2>
              <p>{entry.description}</p>
            </div>
            <Button aria-label={`Add ${entry.displayName}`} onClick={() => onChoose(entry)}>
              Add
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function ChooseApp({ app, onChange }: { readonly app: App; readonly onChange: (app: App) => void }) {
  const [place, setPlace] = useState<'new' | 'MANAGED' | 'UNMANAGED'>('new');
  const apps = useQuery({
    queryKey: ['apps-to-choose', place],
    queryFn: ({ signal }) =>
      call(
        'POST /api/v1/search/apps',
        { body: { kinds: place === 'new' ? [] : [place], pageSize: 100, sort: 'displayName' } },
        signal,
      ),
    enabled: place !== 'new',
  });
  return (
    <>
      <h1>Which app does it feed?</h1>
      <p>An app is where its accounts and permissions are shown and governed.</p>
      <Radio.Group
        aria-label="Where the connector belongs"
        value={place}
        onChange={(value) => {
          const chosen = value === 'MANAGED' || value === 'UNMANAGED' ? value : 'new';
          setPlace(chosen);
          onChange(chosen === 'new' ? { kind: 'new', displayName: '' } : { kind: 'existing', appId: '' });
        }}
      >
        <div className={classes['choices']}>
          <Radio value="new" label="Create a new managed app" />
          {app.kind === 'new' && (
            <TextInput
              label="Name of the app"
              required
              value={app.displayName}
              onChange={({ currentTarget }) => onChange({ kind: 'new', displayName: currentTarget.value })}
            />
          )}
          <Radio value="MANAGED" label="Add to a managed app" />
          <Radio value="UNMANAGED" label="Add to an unmanaged app" />
          {app.kind === 'existing' && (
            <Select
              label="App"
              required
              searchable
              placeholder="Choose an app"
              nothingFoundMessage="There is no such app."
              data={(apps.data?.list ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
              value={app.appId === '' ? null : app.appId}
              onChange={(appId) => onChange({ kind: 'existing', appId: appId ?? '' })}
            />
          )}
        </div>
      </Radio.Group>
      {apps.isError && <ErrorNote error={apps.error} retry={() => void apps.refetch()} />}
    </>
  );
}

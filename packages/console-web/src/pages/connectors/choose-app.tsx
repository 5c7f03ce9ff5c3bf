import type { CatalogEntry } from '@baton-ts/console-api';
import { Radio, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './add-connector.module.css';

type Kind = 'MANAGED' | 'UNMANAGED';
export type ChosenApp =
  | { readonly kind: 'new'; readonly displayName: string }
  | { readonly kind: 'existing'; readonly place: Kind; readonly appId: string; readonly displayName: string };

/** Where the data goes: cards of which the chosen one shows what belongs to it. */
export function ChooseApp({
  entry,
  app,
  onChange,
  onSubmit,
}: {
  readonly entry: CatalogEntry;
  readonly app: ChosenApp;
  readonly onChange: (app: ChosenApp) => void;
  readonly onSubmit: () => void;
}) {
  const mayPromote = useSession()?.permissions.includes('apps.manage') === true;
  const managed = useApps('MANAGED', '');
  const unmanaged = useApps('UNMANAGED', '');
  const name = entry.catalogId === 'sendgrid' ? 'SendGrid' : 'the connector';
  const place = app.kind === 'new' ? 'new' : app.place;
  const [newName, setNewName] = useState(app.kind === 'new' ? app.displayName : '');
  const choose = (value: string): void => {
    if (value === place) return;
    if (value === 'MANAGED' || value === 'UNMANAGED') {
      onChange({ kind: 'existing', place: value, appId: '', displayName: '' });
    } else onChange({ kind: 'new', displayName: newName });
  };
  const managedCount = managed.data?.totalCount ?? 0;
  const unmanagedCount = unmanaged.data?.totalCount ?? 0;
  const failed = managed.error ?? unmanaged.error;
  return (
    <>
      <h1>Where should {name === 'SendGrid' ? 'SendGrid’s' : 'its'} data go?</h1>
      <p>Accounts and permissions appear under one app.</p>
      {failed !== null && (
        <ErrorNote error={failed} retry={() => void Promise.all([managed.refetch(), unmanaged.refetch()])} />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Radio.Group aria-label="Where the connector belongs" value={place} onChange={choose}>
          <div className={classes['choices']}>
            <Choice
              value="new"
              isChosen={place === 'new'}
              label="Create a new managed app"
              text={
                entry.catalogId === 'sendgrid'
                  ? 'The usual choice for the first SendGrid account.'
                  : 'The usual choice for an app that is not here yet.'
              }
            >
              <TextInput
                label="Name of the app"
                description="People see this name when they ask for access."
                required
                maxLength={200}
                value={app.kind === 'new' ? app.displayName : newName}
                onChange={({ currentTarget }) => {
                  setNewName(currentTarget.value);
                  onChange({ kind: 'new', displayName: currentTarget.value });
                }}
              />
            </Choice>
            {managedCount > 0 && (
              <Choice
                value="MANAGED"
                isChosen={place === 'MANAGED'}
                label="Add to a managed app"
                text={`Several connectors may feed one app; ${managedCount.toLocaleString('en')} ${managedCount === 1 ? 'app' : 'apps'} to choose from.`}
              >
                <AppSelect place="MANAGED" app={app} onChange={onChange} />
              </Choice>
            )}
            {mayPromote && unmanagedCount > 0 && (
              <Choice
                value="UNMANAGED"
                isChosen={place === 'UNMANAGED'}
                label="Add to an unmanaged app"
                text={`It becomes a managed one; ${unmanagedCount.toLocaleString('en')} discovered ${unmanagedCount === 1 ? 'app' : 'apps'} to choose from.`}
              >
                <AppSelect place="UNMANAGED" app={app} onChange={onChange} />
              </Choice>
            )}
          </div>
        </Radio.Group>
      </form>
    </>
  );
}

function Choice({
  value,
  isChosen,
  label,
  text,
  children,
}: {
  readonly value: string;
  readonly isChosen: boolean;
  readonly label: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes['choice']} data-chosen={isChosen}>
      <Radio value={value} label={label} description={text} />
      {isChosen && <div className={classes['inside']}>{children}</div>}
    </div>
  );
}

function AppSelect({
  place,
  app,
  onChange,
}: {
  readonly place: Kind;
  readonly app: ChosenApp;
  readonly onChange: (app: ChosenApp) => void;
}) {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 200);
  const apps = useApps(place, app.kind === 'existing' && query === app.displayName ? '' : query);
  const chosen = app.kind === 'existing' && app.appId !== '' ? [{ value: app.appId, label: app.displayName }] : [];
  const found = (apps.data?.list ?? [])
    .filter(({ id }) => id !== chosen[0]?.value)
    .map(({ id, displayName }) => ({ value: id, label: displayName }));
  return (
    <Select
      label="App"
      required
      searchable
      placeholder="Choose an app"
      nothingFoundMessage="There is no such app."
      data={[...chosen, ...found]}
      value={chosen[0]?.value ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(appId, option) =>
        onChange({ kind: 'existing', place, appId: appId ?? '', displayName: option?.label ?? '' })
      }
    />
  );
}

function useApps(place: Kind, query: string) {
  return useQuery({
    queryKey: ['apps-to-choose', place, query],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/apps', { body: { kinds: [place], query, pageSize: 50, sort: 'displayName' } }, signal),
    placeholderData: keepPreviousData,
  });
}

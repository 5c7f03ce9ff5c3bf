import type { CatalogEntry } from '@baton-ts/console-api';
import { Button, Skeleton, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPencil, IconRefresh, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { call } from '../../api/client.ts';
import { Avatar } from '../../components/avatar.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './add-connector.module.css';
import { kindNames } from './kind-names.ts';

const catalogueQuery = (query: string) =>
  queryOptions({
    queryKey: ['catalogue', query],
    queryFn: ({ signal }) => call('GET /api/v1/connectorcatalog', { query: { query } }, signal),
  });

/** The catalogue. The arrows move through what is found, Enter adds it. */
export function ChooseConnector({
  text,
  onSearch,
  onChoose,
}: {
  readonly text: string;
  readonly onSearch: (text: string) => void;
  readonly onChoose: (entry: CatalogEntry) => void;
}) {
  const [query] = useDebouncedValue(text.trim(), 100);
  const [current, setCurrent] = useState(0);
  const queries = useQueryClient();
  const catalogue = useQuery({ ...catalogueQuery(query), placeholderData: keepPreviousData });
  const entries = catalogue.data?.list ?? [];
  const chosen = entries[Math.min(current, entries.length - 1)];
  const isSettled = query === text.trim() && !catalogue.isPlaceholderData;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setCurrent(Math.max(0, Math.min(entries.length - 1, current + step)));
    }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (isSettled && chosen !== undefined) onChoose(chosen);
    // Typed faster than the list follows: the first of what will be found.
    if (!isSettled) {
      void queries.fetchQuery(catalogueQuery(text.trim())).then(
        ({ list: [first] }) => first !== undefined && onChoose(first),
        () => undefined,
      );
    }
  };
  return (
    <>
      <h1>Add connector</h1>
      <p>What should the console read?</p>
      <TextInput
        aria-label="Search connectors"
        placeholder="Search, for example SendGrid"
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => {
          onSearch(currentTarget.value);
          setCurrent(0);
        }}
        onKeyDown={onKeyDown}
        autoFocus
      />
      <p role="status" className={classes['matches']}>
        {catalogue.isPending || !isSettled
          ? 'Looking …'
          : query === ''
            ? `${entries.length} connectors`
            : `${entries.length} ${entries.length === 1 ? 'match' : 'matches'} for “${query}”`}
        {chosen !== undefined && <VisuallyHidden component="span">, Enter adds {chosen.displayName}</VisuallyHidden>}
      </p>
      {catalogue.isError && <ErrorNote error={catalogue.error} retry={() => void catalogue.refetch()} />}
      {catalogue.isPending && [0, 1].map((row) => <Skeleton key={row} height={114} radius="md" />)}
      {catalogue.isSuccess && entries.length === 0 && (
        <p>No connector matches. Any Baton connector can be run on your own machines: search Baton.</p>
      )}
      <ul className={classes['catalogue']}>
        {entries.map((entry) => (
          <Entry key={entry.catalogId} entry={entry} query={query} isCurrent={entry === chosen} onChoose={onChoose} />
        ))}
      </ul>
    </>
  );
}

function Entry({
  entry,
  query,
  isCurrent,
  onChoose,
}: {
  readonly entry: CatalogEntry;
  readonly query: string;
  readonly isCurrent: boolean;
  readonly onChoose: (entry: CatalogEntry) => void;
}) {
  const { catalogId, displayName, description, docsUrl } = entry;
  return (
    <li data-current={isCurrent}>
      <Avatar name={catalogId === 'sendgrid' ? 'SendGrid' : displayName} kind="thing" size={40} />
      <div>
        <h2>
          {marked(displayName, query)} <span className={classes['tag']}>{kindNames[catalogId]}</span>
        </h2>
        <p>{marked(description, query)}</p>
        <p className={classes['can']}>
          <span>
            <IconRefresh size={14} stroke={1.7} aria-hidden /> Reads
          </span>
          <span>
            <IconPencil size={14} stroke={1.7} aria-hidden /> Can write, off until you allow it
          </span>
          <a href={docsUrl} target="_blank" rel="noreferrer" aria-label={`Set-up guide for ${displayName}`}>
            Set-up guide
          </a>
        </p>
      </div>
      <Button
        variant={isCurrent ? 'filled' : 'default'}
        aria-label={`Add ${displayName}`}
        onClick={() => onChoose(entry)}
      >
        Add
      </Button>
    </li>
  );
}

/** The text with what was searched for made visible. */
function marked(text: string, query: string): ReactNode {
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query.toLowerCase());
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      {text.slice(at + query.length)}
    </>
  );
}

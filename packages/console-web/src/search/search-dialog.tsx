import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { useMay, useMayForAll } from '../api/session.ts';
import { usePlaces } from '../layout/places.ts';
import { searchStore } from './open-search.ts';
import { useRecent } from './recent.ts';
import classes from './search-dialog.module.css';
import { type Group, groupsOf, type Hit, matching } from './search-groups.ts';

const TYPING_MS = 150;

/** Ctrl K: people, accounts, permissions, apps, pages and actions by name, at most five of each; what was opened last first. */
export function SearchDialog() {
  const [query, setQuery] = useState('');
  const text = query.trim();
  const [asked] = useDebouncedValue(text, TYPING_MS);
  const [recent, remember] = useRecent();
  const router = useRouter();
  const own = useOwnHits();
  const search = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => call('GET /api/v1/search/everything', { query: { query: asked } }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const found = search.data === undefined ? [] : groupsOf(search.data);
  const groups: readonly Group[] =
    text === ''
      ? [
          {
            name: 'Recent',
            hits: recent.map(({ href, label, kind }) => ({ key: href, label, detail: kind, href })),
          },
          ...own,
        ]
      : [...found, ...own.map(({ name, hits }) => ({ name, hits: matching(hits, text) }))];
  const shown = groups.filter(({ hits }) => hits.length > 0);
  const isSettled = asked === text && !search.isFetching;
  const open = (group: Group, { href, label }: Hit): void => {
    if (group.name !== 'Pages' && group.name !== 'Actions' && group.name !== 'Recent')
      remember({ href, label, kind: group.name });
    router.history.push(href);
  };
  return (
    <Spotlight.Root
      store={searchStore}
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      clearQueryOnClose
      size={600}
      overlayProps={{ blur: 0 }}
      attributes={{ content: { 'aria-label': 'Search' } }}
      classNames={{ content: classes['content'] ?? '' }}
    >
      <Spotlight.Search
        placeholder="Search people, accounts, permissions, apps"
        aria-label="Search"
        maxLength={100}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        classNames={{ input: classes['input'] ?? '' }}
      />
      <Spotlight.ActionsList className={classes['list'] ?? ''}>
        {shown.map((group) => (
          <Spotlight.ActionsGroup key={group.name} label={group.name} className={classes['group'] ?? ''}>
            {group.hits.map((hit) => (
              <Spotlight.Action key={hit.key} className={classes['action'] ?? ''} onClick={() => open(group, hit)}>
                <span className={classes['label']} dir="auto">
                  {hit.label}
                </span>
                {hit.detail !== undefined && (
                  <span className={classes['detail']} dir="auto">
                    {hit.detail}
                  </span>
                )}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {text !== '' && shown.length === 0 && isSettled && (
          <Spotlight.Empty>
            {search.isError ? search.error.message : `Nothing that you may see is called “${text}”.`}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Pages and actions are known here. */
function useOwnHits(): readonly Group[] {
  const places = usePlaces();
  const mayAddConnector = useMayForAll('connectors.manage');
  const mayAddPeople = useMay('people.manage');
  const actions: readonly (Hit | false)[] = [
    mayAddConnector && { key: 'add-connector', label: 'Add connector', href: '/connectors/add' },
    mayAddPeople && { key: 'add-person', label: 'Add person', href: '/users?view=add' },
    mayAddPeople && { key: 'import-people', label: 'Import people from a file', href: '/users?view=import' },
    { key: 'api-key', label: 'Create API key', href: '/profile' },
  ];
  return [
    {
      name: 'Pages',
      hits: [...places.map(({ to, label }) => ({ key: to, label, href: to })), profile],
    },
    { name: 'Actions', hits: actions.filter((one) => one !== false) },
  ];
}

const profile: Hit = { key: '/profile', label: 'My profile', href: '/profile' };

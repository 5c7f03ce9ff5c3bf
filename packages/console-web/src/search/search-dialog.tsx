import { Spotlight } from '@mantine/spotlight';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { searchStore } from './open-search.ts';

/** Ctrl K: people, apps, accounts, permissions and connectors by name, at most five of each. */
export function SearchDialog() {
  const [query, setQuery] = useState('');
  const navigate = useNavigate();
  const text = query.trim();
  const { data } = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => call('GET /api/v1/search/everything', { query: { query: text } }, signal),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  });
  const found = text === '' ? undefined : data;
  return (
    <Spotlight.Root store={searchStore} query={query} onQueryChange={setQuery} shortcut="mod + K" clearQueryOnClose>
      <Spotlight.Search placeholder="Search people, accounts, permissions, apps" aria-label="Search" />
      <Spotlight.ActionsList>
        {found !== undefined && (
          <>
            <Group label="Apps">
              {found.apps.map((app) => (
                <Spotlight.Action
                  key={app.id}
                  label={app.displayName}
                  onClick={() => void navigate({ to: '/apps/$appId', params: { appId: app.id } })}
                />
              ))}
            </Group>
            <Group label="Accounts">
              {found.accounts.map((account) => (
                <Spotlight.Action
                  key={account.id}
                  label={account.displayName}
                  description={account.email}
                  onClick={() =>
                    void navigate({
                      to: '/apps/$appId/accounts/$accountId',
                      params: { appId: account.appId, accountId: account.id },
                    })
                  }
                />
              ))}
            </Group>
            <Group label="Permissions">
              {found.entitlements.map((entitlement) => (
                <Spotlight.Action
                  key={entitlement.id}
                  label={entitlement.displayName}
                  description={entitlement.slug}
                  onClick={() =>
                    void navigate({
                      to: '/apps/$appId/entitlements/$entitlementId',
                      params: { appId: entitlement.appId, entitlementId: entitlement.id },
                    })
                  }
                />
              ))}
            </Group>
            <Group label="People">
              {found.people.map((person) => (
                <Spotlight.Action
                  key={person.id}
                  label={person.displayName}
                  description={person.email}
                  onClick={() => void navigate({ to: '/users/$userId', params: { userId: person.id } })}
                />
              ))}
            </Group>
            <Group label="Connectors">
              {found.connectors.map((connector) => (
                <Spotlight.Action
                  key={connector.id}
                  label={connector.displayName}
                  onClick={() =>
                    void navigate({
                      to: '/apps/$appId/connectors/$connectorId',
                      params: { appId: connector.appId, connectorId: connector.id },
                    })
                  }
                />
              ))}
            </Group>
          </>
        )}
        {text !== '' && found !== undefined && Object.values(found).every((list) => list.length === 0) && (
          <Spotlight.Empty>Nothing is called “{text}”.</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: readonly React.ReactNode[] }) {
  return children.length === 0 ? null : <Spotlight.ActionsGroup label={label}>{children}</Spotlight.ActionsGroup>;
}

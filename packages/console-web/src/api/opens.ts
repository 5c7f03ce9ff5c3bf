import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { useMayForAll } from './session.ts';

const MOST_OWN = 100;
const freshMs = 60_000;

/**
 * Whether the person may open this app. Whoever sees only what is theirs may own a connector and not its app: then the name of
 * the app leads nowhere. False until that is known.
 */
export function useOpensApp(appId: string): boolean {
  const seesAll = useMayForAll('apps.read');
  const seesOwn = useMayForAll('apps.manage.own');
  const own = useQuery({
    queryKey: ['own-apps'],
    queryFn: ({ signal }) => call('POST /api/v1/search/apps', { body: { pageSize: MOST_OWN } }, signal),
    enabled: !seesAll && seesOwn,
    staleTime: freshMs,
  });
  return seesAll || own.data?.list.some(({ id }) => id === appId) === true;
}

/** The same the other way round: an app may be theirs, and one of its connectors somebody else’s. */
export function useOpensConnector(connectorId: string): boolean {
  const seesAll = useMayForAll('connectors.read');
  const seesOwn = useMayForAll('connectors.manage.own');
  const own = useQuery({
    queryKey: ['own-connectors'],
    queryFn: ({ signal }) => call('POST /api/v1/search/connectors', { body: { pageSize: MOST_OWN } }, signal),
    enabled: !seesAll && seesOwn,
    staleTime: freshMs,
  });
  return seesAll || own.data?.list.some(({ id }) => id === connectorId) === true;
}

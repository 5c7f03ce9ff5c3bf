import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { useMayForAll } from './session.ts';

const ownOnes = { body: { pageSize: 100 } };
const freshMs = 60_000;

/**
 * Whether the person may open this app. Whoever sees only what is theirs may own a connector and not its app: then the name of
 * the app leads nowhere. False until that is known.
 */
export function useOpensApp(appId: string): boolean {
  return useOpens(appId, 'apps', (signal) => call('POST /api/v1/search/apps', ownOnes, signal));
}

/** The same the other way round: an app may be theirs, and one of its connectors somebody else’s. */
export function useOpensConnector(connectorId: string): boolean {
  return useOpens(connectorId, 'connectors', (signal) => call('POST /api/v1/search/connectors', ownOnes, signal));
}

function useOpens(
  id: string,
  kind: 'apps' | 'connectors',
  loadOwn: (signal: AbortSignal) => Promise<{ readonly list: readonly { readonly id: string }[] }>,
): boolean {
  const seesAll = useMayForAll(`${kind}.read`);
  const seesOwn = useMayForAll(`${kind}.manage.own`);
  const own = useQuery({
    queryKey: [`own-${kind}`],
    queryFn: ({ signal }) => loadOwn(signal),
    enabled: !seesAll && seesOwn,
    staleTime: freshMs,
  });
  return seesAll || own.data?.list.some((one) => one.id === id) === true;
}

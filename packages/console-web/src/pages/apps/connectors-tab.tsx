import type { App } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { When } from '../../components/when.tsx';
import classes from './connectors-tab.module.css';

/** What feeds the app, and whether it works. */
export function ConnectorsTab({ app: { id: appId, counts } }: { readonly app: Pick<App, 'id' | 'counts'> }) {
  const query = useQuery({
    queryKey: ['app-connectors', appId],
    queryFn: ({ signal }) =>
      call('GET /api/v1/apps/{app_id}/connectors', { params: { app_id: appId }, query: { page_size: 100 } }, signal),
  });
  if (query.isError) {
    return (
      <div className={classes['error']}>
        <ErrorNote error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  const connectors = query.data?.list ?? [];
  const hidden = counts.connectors - connectors.length;
  if (query.isSuccess && connectors.length === 0 && hidden > 0) {
    return (
      <EmptyState title={hidden === 1 ? 'A connector of others feeds this app' : 'Connectors of others feed this app'}>
        Only its owners and administrators see {hidden === 1 ? 'it' : 'them'}.
      </EmptyState>
    );
  }
  if (query.isSuccess && connectors.length === 0) {
    return (
      <EmptyState title="No connector feeds this app">
        Add one under Integrations, and choose this app in its second step.
      </EmptyState>
    );
  }
  return (
    <ul className={classes['list']}>
      {connectors.map((connector) => (
        <li key={connector.id}>
          <Link to="/apps/$appId/connectors/$connectorId" params={{ appId, connectorId: connector.id }}>
            <bdi>{connector.displayName}</bdi>
          </Link>
          <span>
            last read <When at={connector.lastGoodSyncAt} />
          </span>
          <StatusLabel status={connector.status} reason={connector.statusReason} />
        </li>
      ))}
    </ul>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import classes from './connectors-tab.module.css';

export function ConnectorsTab({ appId }: { readonly appId: string }) {
  const query = useQuery({
    queryKey: ['app-connectors', appId],
    queryFn: ({ signal }) =>
      call('GET /api/v1/apps/{app_id}/connectors', { params: { app_id: appId }, query: { page_size: 100 } }, signal),
  });
  if (query.isError) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  const connectors = query.data?.list ?? [];
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
            {connector.displayName}
          </Link>
          <StatusLabel status={connector.status} reason={connector.statusReason} />
        </li>
      ))}
    </ul>
  );
}

import type { App } from '@baton-ts/console-api';
import { call } from '../../api/client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { connectorColumns } from '../connectors/connector-columns.tsx';

/** The app goes without saying here, and so does an order of a handful. */
const columns = connectorColumns
  .filter(({ id }) => id !== 'app' && id !== 'more')
  .map(({ sort: _sort, width: _width, ...column }) => ({
    ...column,
    ...(column.id === 'connector' && { width: '24%' }),
  }));

/** What feeds the app, and whether it works. */
export function ConnectorsTab({ app: { id: appId, counts } }: { readonly app: Pick<App, 'id' | 'counts'> }) {
  const query = useList(['app-connectors', appId], (page_token, signal) =>
    call(
      'GET /api/v1/apps/{app_id}/connectors',
      { params: { app_id: appId }, query: { page_size: 50, page_token } },
      signal,
    ),
  );
  const hidden = counts.connectors - rowsOf(query.data).length;
  if (query.isSuccess && rowsOf(query.data).length === 0) {
    return hidden > 0 ? (
      <EmptyState title={hidden === 1 ? 'A connector of others feeds this app' : 'Connectors of others feed this app'}>
        Only its owners and administrators see {hidden === 1 ? 'it' : 'them'}.
      </EmptyState>
    ) : (
      <EmptyState title="No connector feeds this app">
        Add one under Integrations, and choose this app in its second step.
      </EmptyState>
    );
  }
  return (
    <ListTable
      label="Connectors of this app"
      columns={columns}
      query={query}
      rowKey={({ id }) => id}
      sort=""
      onSort={() => {}}
      empty={null}
    />
  );
}

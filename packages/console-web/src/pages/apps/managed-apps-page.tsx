import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { AppsList } from './apps-list.tsx';

export function ManagedAppsPage() {
  const mayAdd = useMay('connectors.manage');
  const add = mayAdd ? (
    <Button component={Link} to="/connectors/add" size="sm">
      Add connector
    </Button>
  ) : null;
  return (
    <Page title="Managed apps" crumbs={[{ label: 'Apps' }, { label: 'Managed apps' }]}>
      <PageHead title="Managed apps">Apps whose accounts and permissions are read by a connector.</PageHead>
      <AppsList
        kind="MANAGED"
        empty={
          <EmptyState title="No managed app yet" action={add}>
            Add a connector and let it create one. Its accounts and permissions appear here after the first sync.
          </EmptyState>
        }
      />
    </Page>
  );
}

import { EmptyState } from '../../components/empty-state.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { AppsList } from './apps-list.tsx';

export function UnmanagedAppsPage() {
  return (
    <Page title="Unmanaged apps" crumbs={[{ label: 'Apps' }, { label: 'Unmanaged apps' }]}>
      <PageHead title="Unmanaged apps">Apps that are known and not governed yet.</PageHead>
      <AppsList
        kind="UNMANAGED"
        empty={
          <EmptyState title="No unmanaged app">
            Apps that a sign-in provider knows of and nobody governs appear here.
          </EmptyState>
        }
      />
    </Page>
  );
}

import { EmptyState } from '../../components/empty-state.tsx';
import { AppsList } from './apps-list.tsx';

export function UnmanagedAppsPage() {
  return (
    <AppsList
      kind="UNMANAGED"
      title="Unmanaged apps"
      empty={
        <EmptyState title="No unmanaged app">
          Apps that a sign-in provider knows of and nobody governs appear here.
        </EmptyState>
      }
    >
      Apps that are known and not governed yet.
    </AppsList>
  );
}

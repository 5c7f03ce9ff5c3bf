import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMayForAll } from '../../api/session.ts';
import { FirstTime } from '../../components/first-time.tsx';
import { AppsList } from './apps-list.tsx';

export function ManagedAppsPage() {
  const mayAdd = useMayForAll('connectors.manage');
  return (
    <AppsList
      kind="MANAGED"
      title="Managed apps"
      empty={
        <FirstTime
          title="Connect your first app"
          action={
            mayAdd && (
              <Button
                component={Link}
                to="/connectors/add"
                size="lg"
                leftSection={<IconPlus size={16} stroke={1.6} aria-hidden />}
              >
                Add connector
              </Button>
            )
          }
          note="Reading only. Nothing changes in the app until you allow it."
        >
          Paste a SendGrid API key and, about a minute later, see every teammate, what each of them can do, and what
          deserves a look.
        </FirstTime>
      }
    >
      Apps whose accounts and permissions the console reads and governs.
    </AppsList>
  );
}

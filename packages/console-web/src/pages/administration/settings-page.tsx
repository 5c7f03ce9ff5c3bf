import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../api/client.ts';
import { useListAddress } from '../../components/list-address.ts';
import { ErrorNote } from '../../components/note.tsx';
import { AddressTabs } from '../../components/tabs.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './administration.module.css';
import { MailServer } from './mail-server.tsx';
import { Organization } from './organization.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

const tabs = [
  { id: 'organization', label: 'Organization' },
  { id: 'mail', label: 'Email provider' },
  { id: 'sso', label: 'SSO' },
] as const;

export function SettingsPage() {
  const [{ tab }] = useListAddress();
  const current = tabs.find(({ id }) => id === tab)?.id ?? 'organization';
  return (
    <Page title="Settings" crumbs={[{ label: 'Administration' }, { label: 'Settings' }]}>
      <PageHead title="Settings">How this console knows the company, sends mail and lets people in.</PageHead>
      <AddressTabs tabs={tabs} current={current} />
      <div className={classes['cards']}>
        {current === 'organization' && <OrganizationTab />}
        {current === 'mail' && <MailTab />}
        {current === 'sso' && <SsoTab />}
      </div>
    </Page>
  );
}

function OrganizationTab() {
  const query = useQuery({
    queryKey: ['settings-organization'],
    queryFn: ({ signal }) => call('GET /api/v1/settings/organization', {}, signal),
    refetchOnWindowFocus: false,
  });
  return <Loaded query={query}>{query.data !== undefined && <Organization saved={query.data} />}</Loaded>;
}

function MailTab() {
  const query = useQuery({
    queryKey: ['settings-mail'],
    queryFn: ({ signal }) => call('GET /api/v1/settings/mail', {}, signal),
    refetchOnWindowFocus: false,
  });
  return <Loaded query={query}>{query.data !== undefined && <MailServer saved={query.data} />}</Loaded>;
}

function SsoTab() {
  const query = useQuery({
    queryKey: ['settings-oidc'],
    queryFn: ({ signal }) => call('GET /api/v1/settings/oidc', {}, signal),
    refetchOnWindowFocus: false,
  });
  return <Loaded query={query}>{query.data !== undefined && <SingleSignOn saved={query.data} />}</Loaded>;
}

function Loaded({
  query,
  children,
}: {
  readonly query: { readonly isError: boolean; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: ReactNode;
}) {
  return (
    <>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {children}
    </>
  );
}

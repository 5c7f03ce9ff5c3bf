import type { App, EndpointResponse } from '@baton-ts/console-api';
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import type { ListAddress } from '../../components/list-address.ts';
import classes from './home-page.module.css';
import { numberText } from './list-number.ts';

type Connectors = EndpointResponse<'GET /api/v1/home'>['connectorsNeedingAttention'];

/** Invitations that nobody has accepted yet (`docs/data-model.md`). */
const INVITATION = 'teammate_invitation';

/** Lists that deserve one. Each number is asked for as the list behind it is, so that both say the same. */
export function WorthALook({ app, connectors }: { readonly app: App; readonly connectors: Connectors }) {
  const of = { appIds: [app.id], pageSize: 1 };
  const accounts = (name: string, filter: { owner?: 'NONE' | 'ORPHANED'; onlyExternal?: boolean }) => ({
    queryKey: ['accounts', 'number', app.id, name],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call('POST /api/v1/search/app_users', { body: { ...of, ...filter } }, signal),
  });
  const withoutOwner = useQuery(accounts('none', { owner: 'NONE' }));
  const orphaned = useQuery(accounts('orphaned', { owner: 'ORPHANED' }));
  const external = useQuery(accounts('external', { onlyExternal: true }));
  const notHeld = useQuery({
    queryKey: ['entitlements', 'number', app.id],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/entitlements', { body: { ...of, held: 'NOT_HELD' as const } }, signal),
  });
  const invited = useQuery({
    queryKey: ['resources', 'number', app.id],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/app_resources', { body: { ...of, resourceTypeIds: [INVITATION] } }, signal),
  });
  const inApp = (search: ListAddress): LinkProps => ({ to: '/apps/$appId', params: { appId: app.id }, search });
  const rows: readonly (readonly [name: string, number: string, link: LinkProps])[] = [
    ['Accounts without an owner', numberText(withoutOwner.data), inApp({ tab: 'accounts', owner: 'NONE' })],
    ['No owner, or the owner left', numberText(orphaned.data), inApp({ tab: 'accounts', owner: 'ORPHANED' })],
    ['Accounts from outside', numberText(external.data), inApp({ tab: 'accounts', kind: ['EXTERNAL'] })],
    ['Permissions nobody holds', numberText(notHeld.data), inApp({ tab: 'entitlements', held: 'NOT_HELD' })],
    ['Invitations not accepted', numberText(invited.data), inApp({ tab: 'resources', type: [INVITATION] })],
    [
      'Connectors that need attention',
      connectors.length.toLocaleString('en'),
      { to: '/connectors', search: { status: ['ERROR', 'PAUSED_ANOMALY', 'NOT_CONNECTED'] } },
    ],
  ];
  return (
    <Card title="Worth a look">
      <ul className={classes['rows']}>
        {rows.map(([name, number, link]) => (
          <li key={name}>
            <Link {...link} className={classes['look']}>
              <span>{name}</span>
              <span className="number">{number}</span>
              <IconChevronRight size={14} stroke={1.7} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

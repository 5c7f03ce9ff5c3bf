import {
  IconApps,
  IconAppsOff,
  IconFileCertificate,
  IconHome,
  IconIdBadge2,
  IconMail,
  IconPlugConnected,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useSession } from '../api/session.ts';

export type PlacePath =
  | '/'
  | '/my-accounts'
  | '/apps'
  | '/unmanaged-apps'
  | '/users'
  | '/connectors'
  | '/system-log'
  | '/outbox'
  | '/settings';

export interface Place {
  readonly to: PlacePath;
  readonly label: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>;
  /** The letter that follows G. */
  readonly key?: string;
  readonly group?: 'Apps' | 'Directory' | 'Integrations' | 'Administration';
  /** Whoever may do one of these sees it; everybody without. */
  readonly permissions?: readonly string[];
}

const places: readonly Place[] = [
  { to: '/', label: 'Home', icon: IconHome, key: 'h' },
  { to: '/my-accounts', label: 'My accounts', icon: IconIdBadge2, key: 'm' },
  {
    to: '/apps',
    label: 'Managed apps',
    icon: IconApps,
    key: 'a',
    group: 'Apps',
    permissions: ['apps.read', 'apps.manage.own'],
  },
  {
    to: '/unmanaged-apps',
    label: 'Unmanaged apps',
    icon: IconAppsOff,
    group: 'Apps',
    permissions: ['apps.read', 'apps.manage.own'],
  },
  { to: '/users', label: 'Users', icon: IconUsers, key: 'u', group: 'Directory', permissions: ['people.read'] },
  {
    to: '/connectors',
    label: 'Connectors',
    icon: IconPlugConnected,
    key: 'c',
    group: 'Integrations',
    permissions: ['connectors.read', 'connectors.manage.own'],
  },
  {
    to: '/system-log',
    label: 'System log',
    icon: IconFileCertificate,
    key: 'l',
    group: 'Administration',
    permissions: ['log.read'],
  },
  { to: '/outbox', label: 'Outbox', icon: IconMail, group: 'Administration', permissions: ['settings.read'] },
  {
    to: '/settings',
    label: 'Settings',
    icon: IconSettings,
    key: 's',
    group: 'Administration',
    permissions: ['settings.read'],
  },
];

/** Where the person may go. What a role may not open is absent. */
export function usePlaces(): readonly Place[] {
  const held = useSession()?.permissions ?? [];
  return places.filter(({ permissions }) => permissions?.some((one) => held.includes(one)) ?? true);
}

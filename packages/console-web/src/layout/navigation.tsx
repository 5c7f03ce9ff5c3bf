import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconApps,
  IconAppsOff,
  IconChevronDown,
  IconFileCertificate,
  IconHome,
  IconMail,
  IconPlugConnected,
  IconSearch,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { call } from '../api/client.ts';
import { useMay, useSession } from '../api/session.ts';
import { Avatar } from '../components/avatar.tsx';
import { openSearch } from '../search/open-search.ts';
import classes from './navigation.module.css';
import { roleName } from './role-name.ts';

/** The places a person may go to. What a role may not open is absent. */
export function Navigation() {
  const apps = useMay('apps.read');
  const connectors = useMay('connectors.read') || apps;
  const people = useMay('people.read');
  const log = useMay('log.read');
  const settings = useMay('settings.read');
  return (
    <nav className={classes['navigation']} aria-label="Main">
      <Brand />
      <UnstyledButton className={classes['search']} onClick={openSearch}>
        <IconSearch size={14} stroke={1.7} aria-hidden />
        <span>Search</span>
        <kbd>Ctrl K</kbd>
      </UnstyledButton>
      <ul>
        <Place to="/" icon={IconHome} label="Home" exact />
        {apps && <Heading text="Apps" />}
        {apps && <Place to="/apps" icon={IconApps} label="Managed apps" />}
        {apps && <Place to="/unmanaged-apps" icon={IconAppsOff} label="Unmanaged apps" />}
        {people && <Heading text="Directory" />}
        {people && <Place to="/users" icon={IconUsers} label="Users" />}
        {connectors && <Heading text="Integrations" />}
        {connectors && <Place to="/connectors" icon={IconPlugConnected} label="Connectors" />}
        {(log || settings) && <Heading text="Administration" />}
        {log && <Place to="/system-log" icon={IconFileCertificate} label="System log" />}
        {settings && <Place to="/outbox" icon={IconMail} label="Outbox" />}
        {settings && <Place to="/settings" icon={IconSettings} label="Settings" />}
      </ul>
      <Profile />
    </nav>
  );
}

function Brand() {
  const session = useSession();
  return (
    <div className={classes['brand']}>
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
        <rect width="20" height="20" rx="5" fill="var(--solid)" />
        <path d="M6 5.5v9M14 5.5v9" stroke="var(--on-solid)" strokeWidth="2" strokeLinecap="round" />
        <circle cx="10" cy="10" r="1.6" fill="var(--on-solid)" />
      </svg>
      <span dir="auto">{session?.instanceName ?? 'Access console'}</span>
    </div>
  );
}

function Heading({ text }: { readonly text: string }) {
  return <li className={classes['heading']}>{text}</li>;
}

type PlacePath = '/' | '/apps' | '/unmanaged-apps' | '/users' | '/connectors' | '/system-log' | '/outbox' | '/settings';

function Place({
  to,
  icon: Icon,
  label,
  exact = false,
}: {
  readonly to: PlacePath;
  readonly icon: ComponentType<{ size: number; stroke: number; 'aria-hidden': true }>;
  readonly label: string;
  readonly exact?: boolean;
}) {
  // The page of a connector has its address under its app, and its place among the connectors.
  const isConnector = useLocation({ select: ({ pathname }) => /^\/apps\/[^/]+\/connectors\//.test(pathname) });
  return (
    <li>
      <Link
        to={to}
        className={classes['place']}
        activeOptions={{ exact: exact || (isConnector && to === '/apps') }}
        activeProps={{ 'aria-current': 'page' }}
        inactiveProps={isConnector && to === '/connectors' ? { 'aria-current': 'page' } : {}}
        title={label}
      >
        <Icon size={16} stroke={1.6} aria-hidden />
        <span>{label}</span>
      </Link>
    </li>
  );
}

function Profile() {
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (session === null) return null;
  const signOut = async (everywhere: boolean): Promise<void> => {
    if (everywhere) await call('DELETE /api/v1/sessions', {});
    else await call('DELETE /api/v1/session', {});
    queries.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="top-start" width={216}>
      <Menu.Target>
        <UnstyledButton className={classes['profile']}>
          <Avatar name={session.user.displayName} size={28} />
          <span className={classes['who']}>
            <span dir="auto">{session.user.displayName}</span>
            <small>{roleName(session.user.roles ?? [])}</small>
          </span>
          <IconChevronDown size={14} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/profile">
          My profile and API keys
        </Menu.Item>
        <Menu.Label>Appearance</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} aria-current={colorScheme === scheme}>
            {{ auto: 'As the system', light: 'Light', dark: 'Dark' }[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut(false)}>Sign out</Menu.Item>
        <Menu.Item onClick={() => void signOut(true)}>Sign out everywhere</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

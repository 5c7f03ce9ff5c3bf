import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useSeesApps, useSession } from '../api/session.ts';
import { Avatar } from '../components/avatar.tsx';
import { openSearch } from '../search/open-search.ts';
import { BrandMark } from './brand-mark.tsx';
import { type PlacePath, usePlaces } from './places.ts';
import { ProfileMenu } from './profile-menu.tsx';
import classes from './small-screen.module.css';
import { useActivePlace } from './use-active-place.ts';

/** Below 768 px: whose console it is, search and profile. */
export function TopBar() {
  const session = useSession();
  return (
    <nav className={classes['top']} aria-label="Console">
      <Link to="/" className={classes['brand']}>
        <BrandMark size={24} />
        <span dir="auto">{session?.instanceName}</span>
      </Link>
      <UnstyledButton className={classes['button']} onClick={openSearch} aria-label="Search">
        <IconSearch size={20} stroke={1.6} aria-hidden />
      </UnstyledButton>
      <ProfileMenu position="bottom-end">
        <UnstyledButton className={classes['button']}>
          <Avatar name={session?.user.displayName ?? ''} size={28} />
          <VisuallyHidden>Profile</VisuallyHidden>
        </UnstyledButton>
      </ProfileMenu>
    </nav>
  );
}

const SHOWN = 3;

/** Below 768 px: the first places, and the rest under More. */
export function BottomBar() {
  const activity = useActivePlace();
  const seesApps = useSeesApps();
  const isLess = (to: PlacePath) => to === '/unmanaged-apps' || to === '/outbox' || (to === '/my-accounts' && seesApps);
  const places = usePlaces().filter(({ to }) => !isLess(to));
  const rest = usePlaces().filter(({ to }) => !places.slice(0, SHOWN).some((place) => place.to === to));
  return (
    <nav className={classes['bottom']} aria-label="Main">
      {places.slice(0, SHOWN).map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={classes['place']} {...activity(to)}>
          <Icon size={20} stroke={1.6} aria-hidden />
          {label === 'Managed apps' ? 'Apps' : label}
        </Link>
      ))}
      {rest.length > 0 && (
        <Menu position="top-end" width={224} withinPortal={false} floatingStrategy="fixed">
          <Menu.Target>
            <UnstyledButton className={classes['place']}>
              <IconMenu2 size={20} stroke={1.6} aria-hidden />
              More
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map(({ to, label, icon: Icon }) => (
              <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} stroke={1.6} aria-hidden />}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}
